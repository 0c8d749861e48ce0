import { jetstreamManager } from '@nats-io/jetstream'
import { requireTimeToLive } from '@sightline/api/shared/time-to-live'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker, refuseDrift } from '@sightline/broker/declare'
import { freePort } from '@sightline/broker/free-port'
import { openLink } from '@sightline/broker/link'
import { ALERTS, EMBEDDED_SIZE, QUERY_CACHE, READS } from '@sightline/schemas/streams'
import { readSubject, testReadSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quiet, readsManager, type TestBroker, testBroker } from '../support/broker.ts'

let broker: TestBroker
beforeAll(async () => {
  broker = await testBroker()
})
afterAll(() => broker.remove())

test('a second declaration finds everything as declared', async () => {
  const result = await declareBroker(await broker.as('admin'), EMBEDDED_SIZE)
  expect(result.created).toEqual([])
  expect(result.drifted).toEqual([])
  expect(result.unchanged).toContain('READS')
})

test('a stream that differs is reported by property and not changed', async () => {
  const admin = await broker.as('admin')
  const manager = await readsManager(admin)
  const hour = 3600e9
  await manager.streams.update(READS, { max_age: hour })
  const result = await declareBroker(admin, EMBEDDED_SIZE)
  expect(result.drifted).toMatchObject([{ name: READS, property: 'max_age', found: hour }])
  expect(() => refuseDrift(result)).toThrowError(expect.objectContaining({ code: 'BROKER_DRIFTED' }))
  expect((await manager.streams.info(READS)).config.max_age).toBe(hour)
  await manager.streams.update(READS, { max_age: 24 * hour })
})

test('a stream from before other accounts followed it is updated, and nothing else changes', async () => {
  const admin = await broker.as('admin')
  const manager = await jetstreamManager(admin)
  const { config } = await manager.streams.info(ALERTS)
  await manager.streams.update(ALERTS, { ...config, allow_direct: false, republish: undefined })
  expect((await manager.streams.info(ALERTS)).config.allow_direct).toBe(false)
  expect((await declareBroker(admin, EMBEDDED_SIZE)).drifted).toEqual([])
  expect((await manager.streams.info(ALERTS)).config).toEqual(config)
  await manager.streams.update(ALERTS, { allow_direct: false, max_age: 25 * 3600e9 })
  expect((await declareBroker(admin, EMBEDDED_SIZE)).drifted).toHaveLength(2)
  expect((await manager.streams.info(ALERTS)).config.allow_direct).toBe(false)
  await manager.streams.update(ALERTS, { allow_direct: true, max_age: config.max_age })
})

test('a stream from before the limit of consumers gets one; one that somebody has set is a difference', async () => {
  const admin = await broker.as('admin')
  const manager = await readsManager(admin)
  const { config } = await manager.streams.info(READS)
  const limited = (max_consumers: number) => {
    const changed = { ...config, max_consumers }
    return manager.streams.update(READS, changed)
  }
  await limited(-1)
  expect((await declareBroker(admin, EMBEDDED_SIZE)).drifted).toEqual([])
  expect((await manager.streams.info(READS)).config.max_consumers).toBe(64)
  await limited(100)
  expect((await declareBroker(admin, EMBEDDED_SIZE)).drifted).toMatchObject([
    { property: 'max_consumers', found: 100 },
  ])
  await limited(64)
})

test('declares a stream again that an earlier version described in other words', async () => {
  const admin = await broker.as('admin')
  const manager = await readsManager(admin)
  const { config } = await manager.streams.info(READS)
  await manager.streams.update(READS, { description: 'Reads, in the words of an older version' })
  expect((await declareBroker(admin, EMBEDDED_SIZE)).drifted).toEqual([])
  expect((await manager.streams.info(READS)).config).toEqual(config)
})

test('says how much the streams reserve when the broker has no room for them', async () => {
  const admin = await broker.as('admin')
  const manager = await readsManager(admin)
  await manager.streams.delete(READS)
  const declared = (replicas: number) => declareBroker(admin, { ...EMBEDDED_SIZE, replicas })
  await expect(declared(5)).rejects.toMatchObject({
    code: 'BROKER_FAILED',
    hint: expect.stringContaining(' with 5 replicas. See --storage-gib'),
  })
  await declared(EMBEDDED_SIZE.replicas)
})

test('a bucket from before the time to live gets one, and no api starts before', async () => {
  const admin = await broker.as('admin')
  const manager = await jetstreamManager(admin)
  const name = `KV_${QUERY_CACHE}`
  const { config } = await manager.streams.info(name)
  // The server switches it on, and never off again.
  await manager.streams.delete(name)
  const { allow_msg_ttl, ...older } = config
  await manager.streams.add(older)
  expect([allow_msg_ttl, (await manager.streams.info(name)).config.allow_msg_ttl ?? false]).toEqual([
    true,
    false,
  ])
  const link = await openLink(admin)
  await expect(requireTimeToLive(link, QUERY_CACHE)).rejects.toMatchObject({ code: 'BROKER_DRIFTED' })
  await link.js.publish(`$KV.${QUERY_CACHE}.kept`, 'as it was')
  expect((await declareBroker(admin, EMBEDDED_SIZE)).drifted).toEqual([])
  await requireTimeToLive(link, QUERY_CACHE)
  const found = await manager.streams.info(name)
  expect([found.config, found.state.messages]).toEqual([config, 1])
})

test('a missing broker is a clear error', async () => {
  const servers = `nats://127.0.0.1:${await freePort()}`
  await expect(connectBroker({ servers, keys: broker.keys, user: 'api' }, quiet, 500)).rejects.toMatchObject({
    code: 'BROKER_UNREACHABLE',
  })
})

test('a user without a key file is a clear error', async () => {
  await expect(
    connectBroker({ servers: broker.url, keys: broker.keys, user: 'nobody' }, quiet, 500),
  ).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
})

test("a key that is not the broker's is a clear error", async () => {
  const other = await testBroker()
  try {
    await expect(
      connectBroker({ servers: broker.url, keys: other.keys, user: 'api' }, quiet, 3000),
    ).rejects.toMatchObject({
      code: 'BROKER_DENIED',
    })
  } finally {
    await other.remove()
  }
})

test('a stream of reads from before canary reads and test traffic takes them, too; subjects of somebody else are reported', async () => {
  const admin = await broker.as('admin')
  const manager = await readsManager(admin)
  const { config } = await manager.streams.info(READS)
  const own = readSubject('edge', '*')
  await manager.streams.update(READS, { ...config, subjects: [own] })
  const { drifted } = await declareBroker(admin, EMBEDDED_SIZE)
  expect(drifted).toEqual([])
  expect((await manager.streams.info(READS)).config.subjects).toEqual([
    own,
    ...[readSubject('canary', '*'), testReadSubject('edge', '*')],
  ])
  await manager.streams.update(READS, { ...config, subjects: [own, 'reads.other.*'] })
  const other = await declareBroker(admin, EMBEDDED_SIZE)
  expect(other.drifted).toMatchObject([{ name: READS, property: 'subjects' }])
  await manager.streams.update(READS, config)
})
