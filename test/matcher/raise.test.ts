import { createApproaches } from '@sightline/matcher/approach'
import { matchOfOne } from '@sightline/matcher/one-display'
import { createRaiser } from '@sightline/matcher/raise'
import { createSuppression } from '@sightline/matcher/suppression'
import { createDisplayIndex } from '@sightline/matching'
import type { Alert } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import type { SightingCount } from '@sightline/schemas/sighting-count'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'
import { aRead } from '../support/reads.ts'

const now = Date.parse('2026-11-24T03:06:00.000Z')

/** A raiser, what it published, and displays that the bucket hands out when the test says so. */
function rig(display: (n: number) => Promise<Display | null> = async () => aDisplay()) {
  const alerts: Alert[] = []
  const counts: SightingCount[] = []
  let asked = 0
  const one = createDisplayIndex()
  const raise = createRaiser({
    loadDisplay: () => display(asked++),
    matchOf: (display, { read, storedAt }, now) =>
      matchOfOne(one, display, read, { time: new Date(storedAt) }, now),
    suppression: createSuppression(300_000),
    testSuppression: createSuppression(300_000),
    approaches: createApproaches(),
    publish: async (alert) => alerts.push(alert),
    counter: { note: async (count) => void counts.push(count) },
    clock: () => now,
  })
  const see = (n: number, isTest = false) =>
    raise('d1', {
      read: aRead({ seenAt: new Date(now - 60_000 + n * 1000).toISOString() }),
      sequence: n + 1,
      ...{ storedAt: now, isTest },
    })
  return { alerts, counts, see }
}

test('the first match is an alert; later ones are counted on it, with the last sighting', async () => {
  const { alerts, counts, see } = rig()
  for (const n of [0, 1, 2]) await see(n)
  expect(alerts.map(({ read }) => read.seenAt)).toEqual(['2026-11-24T03:05:00.000Z'])
  expect(counts).toMatchObject([
    { alertId: alerts[0]!.id, count: 2, lastSeenAt: '2026-11-24T03:05:01.000Z', upTo: 2 },
    { alertId: alerts[0]!.id, count: 3, lastSeenAt: '2026-11-24T03:05:02.000Z', upTo: 3 },
  ])
})

test('test traffic raises alerts that say so, and never hides a vehicle that was seen', async () => {
  const { alerts, counts, see } = rig()
  for (const isTest of [true, true, false, true, false]) await see(alerts.length + counts.length, isTest)
  expect(alerts.map(({ test }) => test)).toEqual([true, undefined])
  expect(counts).toMatchObject([{ alertId: alerts[1]!.id, count: 2 }])
})

test('a display of a test raises test alerts only, whoever sent the read', async () => {
  const { alerts, see } = rig(async () => aDisplay({ test: true }))
  await see(0)
  expect(alerts).toMatchObject([{ test: true }])
  expect(alerts[0]).not.toHaveProperty('approach')
})

test('the first in the stream stays the first, even if the bucket answers the second one sooner', async () => {
  let answer = (_: Display) => {}
  const slow = new Promise<Display>((resolve) => {
    answer = resolve
  })
  const { alerts, see } = rig((n) => (n === 0 ? slow : Promise.resolve(aDisplay())))
  const both = [see(0), see(1)]
  await new Promise((resolve) => setTimeout(resolve, 10))
  answer(aDisplay())
  await Promise.all(both)
  expect(alerts.map(({ read }) => read.seenAt)).toEqual(['2026-11-24T03:05:00.000Z'])
})

test.each([
  ['is gone', null],
  ['was closed', aDisplay({ state: 'closed' })],
  ['was narrowed', aDisplay({ only: { cameras: ['gate-2'] } })],
  ['has expired', aDisplay({ expiresAt: '2026-11-24T03:06:00.000Z' })],
])(
  'a match whose display %s since raises nothing, and is no first sighting either',
  async (_what, changed) => {
    const { alerts, counts, see } = rig(async (n) => (n === 0 ? changed : aDisplay()))
    await see(0)
    await see(1)
    expect(alerts.map(({ read }) => read.seenAt)).toEqual(['2026-11-24T03:05:01.000Z'])
    expect(counts).toEqual([])
  },
)

test('when the bucket cannot be asked, only its own match fails', async () => {
  const { alerts, see } = rig((n) =>
    n === 0 ? Promise.reject(new Error('stopping')) : Promise.resolve(aDisplay()),
  )
  const [first, second] = await Promise.allSettled([see(0), see(1)])
  expect([first!.status, second!.status]).toEqual(['rejected', 'fulfilled'])
  expect(alerts.length).toBe(1)
})
