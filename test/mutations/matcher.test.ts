import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import { alertId } from '@sightline/schemas/alert'
import {
  ALERTS,
  DISPLAYS,
  LEASES,
  POSITIONS,
  READS,
  REJECTS,
  REJECTS_A_SOURCE,
} from '@sightline/schemas/streams'
import { alertSubject, readSubject, sightingsSubject } from '@sightline/schemas/subjects'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sampleAlert } from '../api/harness.ts'
import { quiet, readsManager, type TestBroker, testBroker } from '../support/broker.ts'
import { aDisplay, putDisplay } from '../support/displays.ts'
import { aRead, gate } from '../support/reads.ts'
import { countMutations, MUTATIONS, mutated } from './mutate.ts'
import { storeAll } from './publish.ts'

countMutations()

// The matcher on a real broker: after every mutation of every message that it follows, a read raises its alert.

/** A mutation costs well under a millisecond. */
const TIMEOUT = 60_000 + 3 * MUTATIONS

let broker: TestBroker
let admin: NatsConnection
let matcher: Matcher
beforeEach(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
})
afterEach(async () => {
  await matcher.close()
  await broker.remove()
})

const start = async () => {
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, name: 'm1', log: quiet })
}
const eventually = (check: () => Promise<void> | void) =>
  vi.waitFor(check, { timeout: TIMEOUT, interval: 50 })

/** A read of the display `last` raises an alert: the matcher has come through all that was before. */
async function stillMatches(n = 0): Promise<void> {
  await putDisplay(admin, { id: 'last', plate: 'LAST1' })
  const loaded = matcher.displays()
  await eventually(() => expect(matcher.displays()).toBeGreaterThanOrEqual(loaded))
  const read = aRead({ plate: 'LAST1', camera: { ...gate, id: `last-${n}` } })
  await vi.waitFor(
    async () => {
      await jetstream(admin).publish(readSubject('edge', read.camera.id), JSON.stringify(read))
      const last = { last_by_subj: alertSubject('last') }
      const found = await (await jetstreamManager(admin)).streams.getMessage(ALERTS, last)
      expect(found?.json<{ id: string }>().id).toBe(alertId('last', read))
    },
    { timeout: TIMEOUT, interval: 500 },
  )
  expect(matcher.healthy()).toBe(true)
}

test('reads', { timeout: TIMEOUT }, async () => {
  await putDisplay(admin, { portsOfEntry: ['2504'] })
  await putDisplay(admin, { id: 'd2', plate: '7AB?1*', only: { colors: ['red'], makes: ['Ford'] } })
  // What the broker would not take from anybody is tried as well.
  await (await readsManager(admin)).streams.update(READS, { max_msg_size: -1 })
  await start()
  const more = { vehicle: { make: 'Ford', model: null, color: 'red' }, region: null }
  const real = [aRead(), aRead(more), aRead({ plate: '7ABC124', confidence: 0.6 })]
  const count = await storeAll(admin, mutated('reads', real), () => readSubject('edge', 'gate-1'))
  await eventually(() => expect(matcher.counts.reads).toBeGreaterThanOrEqual(count))
  await stillMatches()
  const positions = await new Kvm(jetstream(admin)).open(POSITIONS)
  const reached = async () => Number((await positions.get(`matcher.${READS}`))?.string())
  await eventually(async () => expect(await reached()).toBeGreaterThanOrEqual(count))
  // Most are refused, each once and byte for byte, and some are reads all the same.
  const manager = await jetstreamManager(admin)
  const { messages: aside } = (await manager.streams.info(REJECTS)).state
  expect(aside).toBeGreaterThan(Math.min(count, REJECTS_A_SOURCE) / 2)
  expect(aside).toBeLessThan(count)
  expect(matcher.counts.lost > 0).toBe(matcher.counts.refused > REJECTS_A_SOURCE)
  expect(matcher.counts.alerts).toBeGreaterThan(1)
})

test('displays', { timeout: TIMEOUT }, async () => {
  const real = [
    aDisplay({ region: 'us-ca', portsOfEntry: ['2504'] }),
    aDisplay({ plate: '7AB?1*', only: { area: { lat: 1, lon: 2, radiusM: 3 }, makes: ['Ford'] } }),
    aDisplay({ only: { times: { timeZone: 'UTC', days: ['mon'], from: '22:00', to: '03:00' } } }),
  ]
  const subject = (n: number) => `$KV.${DISPLAYS}.${n % 2 ? 'd1' : `d${n}`}`
  await storeAll(admin, mutated('displays', real, Math.ceil(MUTATIONS / 2)), subject)
  await start()
  await stillMatches()
  await storeAll(admin, mutated('displays again', real, Math.ceil(MUTATIONS / 2)), subject)
  await stillMatches(1)
  expect(matcher.counts.refused).toBeGreaterThan(MUTATIONS / 4)
})

test('alerts and counts that others have raised', { timeout: TIMEOUT }, async () => {
  const alert = { ...sampleAlert(1), approach: undefined }
  const counts = {
    ...{ v: 1, alertId: alert.id, displayId: 'd1', count: 2, upTo: 7, source: 'edge' },
    ...{ lastSeenAt: alert.read.seenAt, lastReadId: alert.read.id },
  }
  await storeAll(admin, mutated('alerts', [alert]), () => alertSubject('d1'))
  await storeAll(admin, mutated('counts', [counts]), (n) => sightingsSubject(`a${n % 50}`))
  await start()
  await stillMatches()
  expect(matcher.counts.malformed).toBeGreaterThan(MUTATIONS / 2)
})

test('leases of matchers and partitions', { timeout: TIMEOUT }, async () => {
  const real = [{ name: 'm2', run: 'a' }]
  const keys = ['member.m1', 'member.m2', `partition.${READS}`, 'member.a.b', 'x']
  const write = (name: string) =>
    storeAll(admin, mutated(name, real), (n) => `$KV.${LEASES}.${keys[n % keys.length]}`)
  await write('leases')
  // Of another matcher, again and again: the broker drops what was not renewed for some seconds.
  const kv = await new Kvm(jetstream(admin)).open(LEASES)
  const timer = setInterval(() => kv.put('member.m3', '{"name":7}').catch(() => {}), 200)
  try {
    await start()
    await stillMatches()
    await write('leases again')
    // What stands there is nobody's, and free when the broker drops it.
    await stillMatches(1)
  } finally {
    clearInterval(timer)
  }
})

test('the stored position', { timeout: TIMEOUT }, async () => {
  const values = ['', '-1', '1.5', '1e3', 'NaN', '99999999999999999999', '7\r\n', '{}', '0x10', '١', '3']
  const kv = await new Kvm(jetstream(admin)).open(POSITIONS)
  for (const value of values) {
    await kv.put(`matcher.${READS}`, value)
    await start()
    await stillMatches(values.indexOf(value))
    if (value !== values.at(-1)) await matcher.close()
  }
})
