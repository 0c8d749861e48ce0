import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '@sightline/edge-agent/config/parse'
import { secretOf } from '@sightline/edge-agent/plate-readers/secret'
import { describe, expect, test } from 'vitest'

const SECRET = 'abcdefghijklmnop0123'
const source = {
  type: 'events',
  make: 'hikvision',
  listen: { host: '127.0.0.1', port: 8100 },
  secret: SECRET,
}
const camera = (id: string, more: object = {}) => ({
  ...{ id, owner: 'Harbor Parking LLC', ownerType: 'private-business', kind: 'fixed' },
  source: { ...source, ...more },
})
const parse = (...cameras: object[]) => parseConfig(JSON.stringify({ cameras }), 'edge.yaml')

test('a plate reader is a camera with a source of type events', () => {
  expect(parse(camera('gate-1')).cameras[0]!.source).toEqual(source)
  const tls = { certificate: 'c.pem', key: 'k.pem' }
  const other = { host: '0.0.0.0', port: 8100, ...tls }
  expect(() =>
    parse(camera('gate-1', { listen: other, zone: 'America/Los_Angeles', readAgain: true })),
  ).not.toThrow()
})

describe('an invalid plate reader is refused, and no secret is repeated', () => {
  const WRONG: [string, object, string][] = [
    ['no secret', { secret: undefined }, 'secret'],
    ['two secrets', { secretFile: 's' }, 'secret'],
    ['a short secret', { secret: 'short' }, 'source.secret'],
    ['another make', { make: 'acme' }, 'source.make'],
    ['no address', { listen: undefined }, 'listen'],
    ['no such zone', { zone: 'Mars/Olympus' }, 'zone'],
    ['half a certificate', { listen: { host: '127.0.0.1', port: 1, key: 'k.pem' } }, 'listen'],
    ['other hosts in the clear', { listen: { host: '0.0.0.0', port: 8100 } }, 'listen'],
    ['an address to listen at and one to fetch from', { url: 'http://10.0.0.7/stream' }, 'listen'],
    [
      'a make without a stream',
      { make: 'axis', listen: undefined, secret: undefined, url: 'http://10.0.0.7/' },
      'url',
    ],
    ['a secret for a stream', { listen: undefined, url: 'http://10.0.0.7/stream' }, 'secret'],
    ['a sign-in for a listener', { user: 'admin', password: 'x' }, 'user'],
    [
      'a user without a password',
      { listen: undefined, secret: undefined, url: 'http://10.0.0.7/stream', user: 'admin' },
      'password',
    ],
    ['an unknown key', { secret: SECRET, frames: 1 }, 'frames'],
  ]
  test.each(WRONG)('%s', (_what, more, word) => {
    const thrown = (() => {
      try {
        return parse(camera('gate-1', more))
      } catch (error) {
        return error as Error
      }
    })()
    expect(thrown).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(word) })
    expect((thrown as Error).message).not.toContain(SECRET)
  })
  test('two certificates at one address are refused', () => {
    const listen = { host: '127.0.0.1', port: 8100, certificate: 'c.pem', key: 'k.pem' }
    expect(() => parse(camera('gate-1'), camera('gate-2', { listen }))).toThrow('another camera listens')
  })
})

test('the agent fetches the stream of a make that offers one', () => {
  const { listen: _listen, secret: _secret, ...rest } = source
  const more = { url: 'http://10.0.0.7/ISAPI/Event/notification/alertStream', user: 'admin', password: '#?/' }
  const { cameras } = parse({ ...camera('gate-1'), source: { ...rest, ...more } })
  expect(cameras[0]!.source).toEqual({ ...rest, ...more })
})

test('a secret may be in a file of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-secret-'))
  const secretFile = join(folder, 'secret')
  const of = () => secretOf({ ...source, secret: undefined, secretFile } as never)
  await expect(of()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await writeFile(secretFile, 'short\n')
  await expect(of()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await writeFile(secretFile, `${SECRET}\n`)
  expect(await of()).toBe(SECRET)
  await rm(folder, { recursive: true })
})
