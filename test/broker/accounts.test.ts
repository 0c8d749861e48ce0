import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { alertSubject, auditSubject, healthSubject, readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { aRead } from '../support/reads.ts'

let broker: TestBroker
let edge: NatsConnection
let vendor: NatsConnection

beforeAll(async () => {
  broker = await testBroker()
  edge = await broker.as('edge')
  vendor = await broker.as('sim')
})
afterAll(() => broker.remove())

/** Publishes and waits for JetStream's acknowledgement; a publish that is not allowed gets none. */
const published = (connection: NatsConnection, subject: string) =>
  jetstream(connection).publish(subject, JSON.stringify(aRead()), { timeout: 700 })

test("an edge agent's reads reach the stream", async () => {
  expect(await published(edge, readSubject('edge', 'gate-1'))).toMatchObject({ stream: 'READS_a0' })
})

test("a vendor's reads reach its stream at the agency and are acknowledged", async () => {
  expect(await published(vendor, readSubject('sim', 'lot-7'))).toMatchObject({ stream: 'READS-sim' })
})

test.each([
  ["another camera's reads", () => edge, readSubject('edge', 'gate-2')],
  ["a vendor's reads", () => edge, readSubject('sim', 'gate-1')],
  ["another camera's health", () => edge, healthSubject('gate-2')],
  ['alerts', () => edge, alertSubject('d1')],
  ['audit records', () => edge, auditSubject('somebody')],
  ['displays', () => edge, '$KV.DISPLAYS.d1'],
  ['reads of the agency (as vendor)', () => vendor, readSubject('edge', 'gate-1')],
  ['alerts (as vendor)', () => vendor, alertSubject('d1')],
  ['displays (as vendor)', () => vendor, '$KV.DISPLAYS.d1'],
  ['audit records (as vendor)', () => vendor, auditSubject('somebody')],
])('the broker refuses a user who publishes %s without the right', async (_what, connection, subject) => {
  const manager = await jetstreamManager(await broker.as('admin'))
  const before = await total(manager)
  await expect(published(connection(), subject)).rejects.toThrow()
  expect(await total(manager)).toBe(before)
})

test('nobody, not even the administrator, deletes the audit log or sets limits that shrink it (AUD-2)', async () => {
  const admin = await broker.as('admin')
  const manager = await jetstreamManager(admin, { timeout: 700 })
  await expect(manager.streams.delete('AUDIT')).rejects.toThrow()
  await expect(manager.streams.purge('AUDIT')).rejects.toThrow()
  await expect(manager.streams.update('AUDIT', { max_msgs: 1 })).rejects.toThrow()
  expect((await manager.streams.info('AUDIT')).config.name).toBe('AUDIT')
})

/** Messages in all streams and buckets of the agency. */
async function total(manager: JetStreamManager): Promise<number> {
  let sum = 0
  for await (const { state } of manager.streams.list()) sum += state.messages
  return sum
}
