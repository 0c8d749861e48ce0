import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findServer, isAtLeast } from '../../broker/find-server.ts'
import { fetchServer } from '../../broker/install-server.ts'
import { temporaryFolder } from '../support/broker.ts'

let cache: Awaited<ReturnType<typeof temporaryFolder>>
const before = { ...process.env }

beforeAll(async () => {
  cache = await temporaryFolder()
})
afterAll(async () => {
  process.env = before
  await cache.remove()
})

const hasApt = spawnSync('apt-get', ['--version']).status === 0

test.skipIf(!hasApt)(
  "Debian's nats-server is fetched into the cache without being installed, and runs",
  async () => {
    process.env.XDG_CACHE_HOME = cache.path
    const path = await fetchServer(() => {})
    expect(path).toBe(`${cache.path}/sightline/bin/nats-server`)
    expect(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout).toMatch(/v2\.\d+\.\d+/)
  },
  120_000,
)

test('a server that is named and is not there is a clear error', async () => {
  process.env.SIGHTLINE_NATS_SERVER = '/nowhere/nats-server'
  await expect(findServer()).rejects.toMatchObject({ code: 'BROKER_MISSING' })
})

test.each([
  ['2.9.10', true],
  ['2.9.9', false],
  ['2.10.0', true],
  ['3.0.0', true],
  ['1.99.99', false],
])('version %s is new enough: %s', (version, enough) => {
  expect(isAtLeast(version, [2, 9, 10])).toBe(enough)
})
