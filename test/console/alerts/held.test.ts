import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, Listed } from '../../../console/views/alerts/feed/entry.ts'
import {
  type Batch,
  type Held,
  MOST_HELD,
  NOTHING,
  placeAfter,
  placeIn,
  withBatch,
  withPage,
} from '../../../console/views/alerts/feed/held.ts'
import { neighbor } from '../../../console/views/alerts/neighbor.ts'
import { sampleAlert } from '../../api/harness.ts'

const alerts = Array.from({ length: 60 }, (_, number) => sampleAlert(number))
const listed = (sequence: number, work: Listed['work'] = null): Listed => ({
  ...{ sequence, alert: alerts[sequence % 60]!, sightings: null, work },
})
const workOn = (sequence: number, by: string): NonNullable<Listed['work']> => ({
  ...{ v: 1, alertId: alerts[sequence % 60]!.id, sequence, displayId: 'd', cameraId: 'c', source: 'edge' },
  ...{ state: 'claimed', tries: [], verdict: null, passedOn: [] },
  claim: { by, at: '2026-11-24T00:00:00.000Z', until: '2026-11-24T00:15:00.000Z' },
})
const batchOf = (batch: Partial<Batch>): Batch => ({ alerts: [], works: [], sightings: [], ...batch })
const came = (...sequences: number[]) =>
  batchOf({ alerts: sequences.map((sequence) => ({ sequence, alert: alerts[sequence % 60]! })) })
const sequencesOf = ({ entries }: Held) => entries.map(({ sequence }) => sequence)

describe('the alerts in the console’s memory', () => {
  it('include each once, newest first, in whatever order pages and events come', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.uniqueArray(fc.integer({ min: 1, max: 50 }))))
    fc.assert(
      fc.property(steps, (steps) => {
        let held = NOTHING
        for (const [isPage, sequences] of steps) {
          const page = sequences.map((sequence) => listed(sequence))
          held = isPage ? withPage(held, page, held, 1) : withBatch(held, came(...sequences))
        }
        const all = new Set(steps.flatMap(([, sequences]) => sequences))
        expect(sequencesOf(held)).toEqual([...all].sort((a, b) => b - a))
      }),
    )
  })

  it('get what was told before their page came, unless the page is newer', () => {
    const empty = withBatch(NOTHING, came())
    const sightings = { ...{ v: 1 as const, displayId: 'd', count: 4, upTo: 9 }, alertId: alerts[2]!.id }
    const counted = { ...sightings, lastSeenAt: '2026-11-24T00:00:00.000Z', lastReadId: alerts[2]!.read.id }
    // The page is requested, then somebody claims, then the page comes as it was before.
    const told = withBatch(empty, batchOf({ works: [workOn(2, 'sam')], sightings: [counted] }))
    const [entry] = withPage(told, [listed(2)], empty, null).entries
    expect([entry?.work?.claim?.by, entry?.sightings?.count]).toEqual(['sam', 4])
    // Requested afterward, it knows better: the claim was released.
    expect(withPage(told, [listed(2)], told, null).entries[0]?.work).toBe(null)
    // The stream brings the alert after the work on it.
    expect(withBatch(told, came(2)).entries[0]?.work?.claim?.by).toBe('sam')
    // Of what never comes only so much is kept.
    const works = Array.from({ length: 3000 }, (_, n) => workOn(100 + n, 'sam'))
    expect(withBatch(told, batchOf({ works })).early.length).toBeLessThanOrEqual(500)
  })

  it('are updated with what somebody did, and how often the vehicle was seen', () => {
    const before = withBatch(NOTHING, came(1, 2, 3))
    const sightings = { ...{ v: 1 as const, displayId: 'd', count: 4, upTo: 9 }, alertId: alerts[2]!.id }
    const counted = { ...sightings, lastSeenAt: '2026-11-24T00:00:00.000Z', lastReadId: alerts[2]!.read.id }
    const after = withBatch(before, batchOf({ works: [workOn(1, 'sam')], sightings: [counted] }))
    expect(after.entries.map(({ work }) => work?.claim?.by)).toEqual([undefined, undefined, 'sam'])
    expect(after.entries.map(({ sightings }) => sightings?.count)).toEqual([undefined, 4, undefined])
    expect(before.entries.every(({ work }) => work === null)).toBe(true)
    expect(after.entries[0]).toBe(before.entries[0])
    // A count that is older than the one known says nothing, by whichever way it comes.
    const older = { ...counted, count: 3, upTo: 8 }
    expect(withBatch(after, batchOf({ sightings: [older] })).entries[1]!.sightings).toBe(counted)
    const page = [{ ...listed(2), sightings: older }]
    expect(withPage(after, page, after).entries[1]!.sightings).toBe(counted)
    // Of one that is not held.
    expect(sequencesOf(withBatch(after, batchOf({ works: [workOn(9, 'sam')] })))).toEqual([3, 2, 1])
  })

  it('are not set back by an older page after the stream said otherwise', () => {
    const asked = withBatch(NOTHING, came(1, 2))
    const meanwhile = withBatch(asked, batchOf({ works: [workOn(2, 'sam')] }))
    const told = withPage(meanwhile, [listed(2), listed(1, workOn(1, 'lee'))], asked)
    expect(told.entries.map(({ work }) => work?.claim?.by)).toEqual(['sam', 'lee'])
    // One that was asked for later may say that it was given back.
    expect(withPage(meanwhile, [listed(2)], meanwhile).entries[0]!.work).toBeNull()
  })

  it('take an alert’s work from a page that arrives after the stream’s event for the alert', () => {
    const asked = withBatch(NOTHING, came(1))
    const caughtUp = withBatch(asked, came(2))
    const told = withPage(caughtUp, [listed(2, workOn(2, 'sam')), listed(1)], asked)
    expect(told.entries[0]!.work?.claim?.by).toBe('sam')
    // Nor is that lost when it was seen again meanwhile.
    const counted = { v: 1 as const, displayId: 'd', count: 4, upTo: 9, alertId: alerts[2]!.id }
    const seen = { ...counted, lastSeenAt: '2026-11-24T00:00:00.000Z', lastReadId: alerts[2]!.read.id }
    const again = withBatch(caughtUp, batchOf({ sightings: [seen] }))
    const both = withPage(again, [listed(2, workOn(2, 'sam'))], asked).entries[0]!
    expect([both.work?.claim?.by, both.sightings?.count]).toEqual(['sam', 4])
  })

  it('never lose a verdict to a slower answer', () => {
    const verdict = { by: 'sam', at: '2026-11-24T00:05:00.000Z', plate: 'X', region: null, reason: null }
    const verified = {
      ...workOn(1, 'sam'),
      ...{
        state: 'verified' as const,
        verdict: { ...verdict, agreement: 'exact' as const, pictureSha256: null },
      },
    }
    const held = withBatch(NOTHING, { ...came(1), works: [verified] })
    const claimed = workOn(1, 'sam')
    expect(withBatch(held, batchOf({ works: [claimed] })).entries[0]!.work).toBe(verified)
    expect(withPage(held, [listed(1, claimed)], held).entries[0]!.work).toBe(verified)
    expect(withPage(held, [listed(1, null)], held).entries[0]!.work).toBe(verified)
  })

  it('drop the oldest when there are too many, and say where to find them', () => {
    const many = Array.from({ length: MOST_HELD }, (_, place) => listed(place + 1))
    const full = withPage(NOTHING, many, NOTHING, null)
    const more = withBatch(full, came(MOST_HELD + 1, MOST_HELD + 2))
    expect(more.entries.length).toBe(MOST_HELD)
    expect([more.entries.at(-1)!.sequence, more.next]).toEqual([3, 3])
  })

  it('can be found by position', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 99 })),
        fc.integer({ min: 1, max: 99 }),
        (all, one) => {
          const entries = all.sort((a, b) => b - a).map((sequence) => ({ sequence }))
          const found = all.indexOf(one)
          expect(placeIn(entries, one)).toBe(found < 0 ? undefined : found)
          expect(placeAfter(entries, one)).toBe(all.filter((sequence) => sequence > one).length)
        },
      ),
    )
  })

  it('can be stepped through row by row, also from a row that has left the list', () => {
    const rows = [9, 7, 4].map((sequence): Entry => ({ ...listed(sequence), change: 0 }))
    const steps = (from: number | null) => [neighbor(rows, from, -1), neighbor(rows, from, 1)]
    expect(steps(7)).toEqual([9, 4])
    expect(steps(5)).toEqual([7, 4])
    expect(steps(9)).toEqual([9, 7])
    expect(steps(4)).toEqual([7, 4])
    expect(steps(2)).toEqual([4, 4])
    expect(steps(null)).toEqual([9, 9])
    expect(neighbor([], 3, 1)).toBeUndefined()
  })
})
