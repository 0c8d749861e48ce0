import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createUser, fromPublic, fromSeed } from '@nats-io/nkeys'
import { connectBroker } from '@sightline/broker/connect'
import { newNkey, nkeyOf } from '@sightline/broker/nkey'
import { describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('a key of a broker user', () => {
  it('is the same as of the NATS library, which accepts its signatures', () => {
    for (let n = 0; n < 5; n++) {
      const theirs = createUser()
      const ours = nkeyOf(new TextDecoder().decode(theirs.getSeed()))
      expect(ours.publicKey).toBe(theirs.getPublicKey())
      const nonce = `nonce-${n}`
      expect(
        fromPublic(ours.publicKey).verify(bytes(nonce), Buffer.from(ours.sign(nonce), 'base64url')),
      ).toBe(true)
    }
  })

  it('that is made here is read there', () => {
    const made = newNkey()
    expect(made.seed).not.toBe(newNkey().seed)
    expect(fromSeed(bytes(made.seed)).getPublicKey()).toBe(made.publicKey)
  })

  it.each([
    ['nothing', () => ''],
    ['another text', () => 'not a key'],
    ['a public key', () => newNkey().publicKey],
    [
      'a seed with a wrong character',
      () => newNkey().seed.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ],
    ['a seed that is cut', () => newNkey().seed.slice(0, -1)],
    ['a seed in lower case', () => newNkey().seed.toLowerCase()],
  ])('is not %s', (_, text) => {
    expect(() => nkeyOf(text())).toThrow('not the seed of a user')
  })

  it('is what its file must have: a connection says at once which file has none', async () => {
    const { path: keys, remove } = await temporaryFolder()
    await writeFile(join(keys, 'api.nk'), 'lost\n')
    const address = { servers: 'nats://127.0.0.1:1', keys, user: 'api' }
    await expect(connectBroker(address, quiet)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(join(keys, 'api.nk')),
    })
    await remove()
  })
})
