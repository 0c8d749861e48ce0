import { connect } from 'node:net'
import { openApiDocument } from '@sightline/api/app'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Rig, startRig } from '../harness.ts'

/**
 * The next person at a shared browser, or a proxy between, finds no answer of the api: none is stored, of whatever route and
 * status. Routes come from the api's own document, so that none is forgotten; answers with data are looked at for the same in
 * test/api/fuzz.
 */

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ requestsPerMinute: 1e6, triesPerMinute: 1e6 })
})
afterAll(() => rig.close())

const cacheOf = async (path: string, init: RequestInit, who: object) => {
  const leave = new AbortController()
  const answer = await fetch(`${rig.api.url}${path}`, {
    ...init,
    signal: leave.signal,
    headers: { ...who, ...init.headers },
  })
  const found = [answer.status, answer.headers.get('cache-control')] as const
  leave.abort()
  return found
}

it('every route forbids caching, signed on or not, with and without a body', async () => {
  const { paths } = (await openApiDocument()) as { paths: Record<string, Record<string, unknown>> }
  const operations = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => [verb, path] as const),
  )
  expect(operations.length).toBeGreaterThan(100)
  const statuses = new Set<number>()
  const stored: string[] = []
  for (const [verb, path] of operations) {
    const method = verb.toUpperCase()
    const url = path.replaceAll(/\{[^}]+\}/g, '1')
    const json = { headers: { 'content-type': 'application/json', 'if-match': '*' }, body: '{}' }
    const inits: RequestInit[] =
      method === 'GET' ? [{ method }, { method: 'HEAD' }] : [{ method }, { method, ...json }]
    for (const who of [{}, { authorization: `Bearer ${rig.api.token}` }]) {
      for (const init of inits) {
        const [status, cache] = await cacheOf(url, { redirect: 'manual', ...init }, who)
        statuses.add(status)
        if (cache !== 'no-store') stored.push(`${init.method} ${url} ${status}: ${cache}`)
      }
    }
  }
  expect(stored).toEqual([])
  for (const status of [200, 400, 401, 404]) expect(statuses).toContain(status)
})

it.each<[string, string, RequestInit]>([
  ['an address that there is not', '/v1/nothing', {}],
  ['an address that cannot be decoded', '/v1/displays/%E0%A4%A', {}],
  ['a method that there is not', '/v1/displays', { method: 'PROPFIND' }],
  ['a body that is too large', '/v1/sign-on', { method: 'POST', body: 'x'.repeat(100_000) }],
  ['an address that is too long', `/v1/displays/${'x'.repeat(5000)}`, {}],
])('%s', async (_, path, init) => {
  expect((await cacheOf(path, init, {}))[1]).toBe('no-store')
})

it.each([
  ['what is no HTTP', 'nonsense\r\n\r\n'],
  ['headers that are too long', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(50_000)}\r\n\r\n`],
])('%s', async (_, bytes) => {
  const { port } = new URL(rig.api.url)
  const socket = connect(Number(port), '127.0.0.1').setEncoding('latin1')
  socket.write(bytes)
  let said = ''
  for await (const chunk of socket) said += chunk
  expect(said).toMatch(/^HTTP\/1\.1 4\d\d [\s\S]*cache-control: no-store\r\n/i)
})
