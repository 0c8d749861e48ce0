import { setTimeout as pause } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { publishUntilStored } from '@sightline/broker/publish'
import { type MatcherOptions, startMatcher } from '@sightline/matcher/main'
import type { Display } from '@sightline/schemas/display'
import { portOfEntry } from '@sightline/schemas/ports-of-entry'
import type { Read } from '@sightline/schemas/read'
import { ALERTS, DISPLAYS, EMBEDDED_SIZE, SIGHTINGS } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { storedAlerts, storedSightings } from '../support/alerts.ts'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { howOften } from '../support/long.ts'
import { endMatchers, spawnMatcher } from '../support/matchers.ts'
import { aRead, gate } from '../support/reads.ts'

/** Each third of them meets counts in another state. */
const KILLS = howOften(3, 30)

let broker: TestBroker
let admin: NatsConnection

beforeAll(async () => {
  broker = await testBroker({ vendors: [], edges: {} }, { ...EMBEDDED_SIZE, partitions: 4 })
  admin = await broker.as('admin')
})
afterAll(async () => {
  endMatchers()
  await broker.remove()
})
beforeEach(async () => {
  const manager = await jetstreamManager(admin)
  for (const stream of [ALERTS, SIGHTINGS]) await manager.streams.purge(stream)
})

const start = (name: string, options: Partial<MatcherOptions> = {}) =>
  startMatcher({ servers: broker.url, keys: broker.keys, log: quiet, name, ...options })
const publish = (read: Read) =>
  publishUntilStored(jetstream(admin), readSubject('edge', read.camera.id), JSON.stringify(read), {
    msgID: read.id,
  })
const display = async (change: Partial<Display>) => {
  const value = aDisplay(change)
  await (await new Kvm(jetstream(admin)).open(DISPLAYS)).put(value.id, JSON.stringify(value))
}
const noon = Date.parse('2026-11-24T12:00:00.000Z')
const seen = (plate: string, seconds: number, camera = gate.id) =>
  aRead({
    plate,
    seenAt: new Date(noon + seconds * 1000).toISOString(),
    camera: { ...gate, id: camera },
  })
const eventually = (check: () => Promise<void>, timeout = 30_000) =>
  vi.waitFor(check, { timeout, interval: 50 })

describe('a vehicle that stays at a camera', () => {
  test('is one alert, at once, with a count that is sent at most every two seconds', async () => {
    await display({ id: 'd1', plate: 'STANDS1' })
    const matcher = await start('m')
    const counts: number[] = []
    admin.subscribe('sightings.*', {
      callback: (_, message) => void counts.push(message.json<{ count: number }>().count),
    })
    const begun = performance.now()
    await publish(seen('STANDS1', 0))
    await eventually(async () => expect(await storedAlerts(admin)).toHaveLength(1))
    for (let n = 1; n < 30; n++) {
      await publish(seen('STANDS1', n))
      await pause(100)
    }
    await eventually(async () =>
      expect(await storedSightings(admin)).toMatchObject([
        { count: 30, lastReadId: seen('STANDS1', 29).id, alertId: (await storedAlerts(admin))[0]!.id },
      ]),
    )
    const most = Math.ceil((performance.now() - begun) / 2000)
    expect(counts.length).toBeLessThanOrEqual(most)
    expect(await storedAlerts(admin)).toHaveLength(1)
    await publish(seen('STANDS1', 301))
    await eventually(async () => expect(await storedAlerts(admin)).toHaveLength(2))
    await matcher.close()
  })

  test('is still one alert when the matcher is closed and another takes over; the count continues', async () => {
    await display({ id: 'd2', plate: 'STANDS2' })
    const first = await start('m1')
    for (let n = 0; n < 5; n++) await publish(seen('STANDS2', n))
    await eventually(async () => expect(first.counts.alerts + first.counts.repeats).toBe(5))
    await first.close()
    expect(await storedSightings(admin)).toMatchObject([{ count: 5 }])
    const second = await start('m2')
    await publish(seen('STANDS2', 10))
    await eventually(async () => expect(await storedSightings(admin)).toMatchObject([{ count: 6 }]))
    expect(await storedAlerts(admin)).toHaveLength(1)
    await second.close()
  })

  test(
    `is one alert with an exact count through ${KILLS} kills`,
    async () => {
      await display({ id: 'd3', plate: 'STANDS3' })
      let n = 0
      for (let kill = 0; kill < KILLS; kill++) {
        const matcher = await spawnMatcher(broker, 'm')
        // Longer than counts wait, shorter, or not at all, so that all states of the memory are met.
        for (let some = 0; some < 25; some++) {
          await publish(seen('STANDS3', n++))
          await pause((kill % 3) * 50)
        }
        await matcher.kill()
      }
      const last = await start('m')
      await eventually(async () => expect(await storedSightings(admin)).toMatchObject([{ count: n }]))
      expect(await storedAlerts(admin)).toMatchObject([{ read: { id: seen('STANDS3', 0).id } }])
      await last.close()
    },
    60_000 + KILLS * 10_000,
  )
})

describe('a vehicle that approaches a port of entry (DSP-6)', () => {
  const { lat, lon } = portOfEntry('2504')!
  /** So many degrees north of San Ysidro; each time at another camera: every 20 minutes the next of the four partitions. */
  const at = (plate: string, north: number, minutes: number) => ({
    ...seen(plate, minutes * 60, `way-${plate}-${minutes / 20}`),
    position: {
      fix: 'surveyed',
      lat: lat + north,
      lon,
      accuracyM: 1,
      headingDeg: null,
      speedMps: null,
    } as const,
  })
  const approaches = async () =>
    (await storedAlerts(admin)).map(({ approach }) => approach?.portOfEntry ?? null)

  test('is recognized across matchers that judge different cameras', async () => {
    await display({ id: 'd4', plate: 'COMES1', portsOfEntry: ['2504'] })
    const two = [await start('m1'), await start('m2')]
    await eventually(async () => expect(two.map((m) => m.partitions().length)).toEqual([3, 3]))
    const way = [0.8, 0.6, 0.4, 0.2]
    for (const [n, north] of way.entries()) {
      await publish(at('COMES1', north, n * 20))
      await eventually(async () => expect(await storedAlerts(admin)).toHaveLength(n + 1))
      // As long as an alert takes from one matcher to another; sightings of one vehicle are minutes apart.
      await pause(100)
    }
    expect(await approaches()).toEqual([null, null, '2504', '2504'])
    expect(two.map(({ counts }) => counts.alerts > 0)).toEqual([true, true])
    for (const matcher of two) await matcher.close()
  })

  test('is recognized by a matcher that started meanwhile', async () => {
    await display({ id: 'd5', plate: 'COMES2', portsOfEntry: ['2504'] })
    for (const [n, north] of [0.6, 0.4, 0.2].entries()) {
      const matcher = await spawnMatcher(broker, 'm')
      await publish(at('COMES2', north, n * 20))
      await eventually(async () => expect(await storedAlerts(admin)).toHaveLength(n + 1))
      await matcher.kill()
    }
    expect(await approaches()).toEqual([null, null, '2504'])
  }, 120_000)
})
