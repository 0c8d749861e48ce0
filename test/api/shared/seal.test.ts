import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { emptyFile } from '@sightline/api/access/requests'
import { createSeal, loadSeal, type Seal } from '@sightline/api/shared/seal'
import { newSession, sessionKey } from '@sightline/api/sign-on/sessions'
import { newPerson } from '@sightline/api/sign-on/set-up'
import type { Person } from '@sightline/schemas/person'
import { ACCESS, PEOPLE, SESSIONS } from '@sightline/schemas/streams'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyCharacter } from '../../support/any-character.ts'
import { quiet } from '../../support/broker.ts'
import { colleague } from '../cases/support.ts'
import { bodyOf, type Rig, startRig } from '../harness.ts'

/** Somebody writes into the buckets of people who is no api: with the administrator's key here, or by any hole. */

const clock = { now: Date.now() }
let rig: Rig
let seal: Seal
beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now })
  seal = await loadSeal(rig.broker.keys, quiet)
})
afterAll(() => rig.close())

const bucket = (name: string) => new Kvm(jetstream(rig.admin)).open(name)
const ask = (token: string, path = '/v1/people') =>
  fetch(`${rig.api.url}${path}`, { headers: { origin: rig.api.url, cookie: `sightline=${token}` } })
const refused = async (answer: Promise<Response>) => {
  const { status } = await answer
  return [status, (await bodyOf<{ code: string }>(answer.then((one) => one.clone()))).code]
}

const eve: Person = {
  ...newPerson({ id: 'eve', name: 'Eve', email: 'eve@agency.example' }, 'x1', clock.now),
  state: 'active',
  offices: ['administrator'],
}
const other = createSeal(Buffer.alloc(32, 7), quiet)

/** How a value may be written by who has not the secret, or does not know for which place. */
const forged: [string, (name: string, key: string, text: string) => string][] = [
  ['without a seal', (_name, _key, text) => text],
  ['with a seal of another secret', (name, key, text) => other.close(name, key, text)],
  ['with the seal of another key', (name, _key, text) => seal.close(name, 'somebody-else', text)],
  ['with the seal of another bucket', (_name, key, text) => seal.close('LOOKOUTS', key, text)],
  ['with an empty seal', (_name, _key, text) => `${'A'.repeat(43)}.${text}`],
]

describe.each(forged)('a record that was written %s', (_how, forge) => {
  it('makes nobody an administrator: neither as a person, nor through a session', async () => {
    const person = JSON.stringify(eve)
    const session = JSON.stringify(newSession(eve, 'password', clock.now))
    const key = sessionKey('evil')
    // The person is forged, the session is not; then the other way round.
    await (await bucket(PEOPLE)).put('eve', forge(PEOPLE, 'eve', person))
    await (await bucket(SESSIONS)).put(key, seal.close(SESSIONS, key, session))
    expect(await refused(ask('evil'))).toEqual([503, 'SEAL_WRONG'])
    await (await bucket(PEOPLE)).put('eve', seal.close(PEOPLE, 'eve', person))
    await (await bucket(SESSIONS)).put(key, forge(SESSIONS, key, session))
    expect(await refused(ask('evil'))).toEqual([503, 'SEAL_WRONG'])
  })

  it('grants nothing', async () => {
    const { call } = await colleague(rig, clock as never, 'fay', { analyst: true })
    expect((await call('/v1/cases')).status).toBe(200)
    const file = JSON.stringify({ ...emptyFile('fay'), requests: [] })
    await (await bucket(ACCESS)).put('fay', forge(ACCESS, 'fay', file))
    expect((await call('/v1/cases')).status).toBe(503)
  })

  it('is left out of lists that show everybody else', async () => {
    await colleague(rig, clock as never, 'adam', { analyst: false, offices: ['administrator'] })
    await colleague(rig, clock as never, 'gus')
    const list = async () => {
      const { call } = await colleague(rig, clock as never, 'adam', {
        analyst: false,
        offices: ['administrator'],
      })
      const { people } = await bodyOf<{ people: { id: string }[] }>(call('/v1/people'))
      return people.map(({ id }) => id)
    }
    await (await bucket(PEOPLE)).put('eve', forge(PEOPLE, 'eve', JSON.stringify(eve)))
    expect(await list()).toEqual(expect.arrayContaining(['adam', 'gus']))
    expect(await list()).not.toContain('eve')
  })
})

it('a second api with the same keys believes what the first one sealed', async () => {
  const { call } = await colleague(rig, clock as never, 'ann')
  const second = await rig.startApi({ clock: () => clock.now, dataDir: join(rig.dataDir, 'second') })
  const answer = await call('/v1/cases')
  expect(answer.status).toBe(200)
  const same = await fetch(`${second.url}/v1/cases`, {
    headers: { origin: second.url, cookie: 'sightline=token-of-ann' },
  })
  expect(same.status).toBe(200)
})

it.each([
  ['is not there', async (path: string) => void (await rename(path, `${path}.away`))],
  ['is invalid', (path: string) => writeFile(path, 'short\n')],
])('no api starts with a secret that %s', async (_what, spoil) => {
  const path = join(rig.broker.keys, 'api.seal')
  const good = await rename(path, `${path}.good`).then(() => `${path}.good`)
  await writeFile(path, 'x')
  await spoil(path)
  await expect(rig.startApi()).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('api.seal'),
  })
  await rename(good, path)
})

it('a seal is valid only for its bytes, bucket and key, whatever they are', () => {
  const sound = createSeal(Buffer.alloc(32, 1), quiet)
  const open = (name: string, key: string, stored: Uint8Array) => {
    try {
      return Buffer.from(sound.open(name, key, stored)).toString()
    } catch {
      return null
    }
  }
  const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/)
  fc.assert(
    fc.property(
      word,
      word,
      fc.string({ unit: anyCharacter }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (name, key, text, at, flip) => {
        const stored = Buffer.from(sound.close(name, key, text))
        expect(open(name, key, stored)).toBe(Buffer.from(text).toString())
        expect(open(`${name}x`, key, stored)).toBeNull()
        expect(open(name, `${key}x`, stored)).toBeNull()
        const changed = Buffer.from(stored)
        const place = at % changed.length
        changed[place] = changed[place]! ^ flip
        expect(open(name, key, changed)).toBeNull()
        for (let length = 0; length < stored.length; length += 7) {
          expect(open(name, key, stored.subarray(0, length))).toBeNull()
        }
      },
    ),
  )
})
