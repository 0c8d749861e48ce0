import { type Harvest, mergePage } from '@sightline/api/federation/merge'
import { salvageRows } from '@sightline/api/federation/salvage'
import { sift } from '@sightline/api/federation/sift'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLATE, readAt } from './fake-vendor.ts'

const START = Date.UTC(2026, 10, 1)

/** Reads at few instants, by many cameras: ties, and the same read at several vendors. */
const reads = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 8 })), {
    selector: String,
    maxLength: 40,
  })
  .map((places) =>
    places.map(([second, camera]) => readAt(START + second * 1000, { cameraId: `cam-${camera}` })),
  )

describe('merging pages', () => {
  it('gives each read of all vendors once, newest first, however each of them cuts its pages', () => {
    fc.assert(
      fc.property(
        reads,
        fc.array(fc.subarray([...Array(40).keys()]), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 10, max: 15 }),
        (all, shares, limit, size) => {
          const vendors = shares.map((share) =>
            all.filter((_, n) => share.includes(n)).toSorted((a, b) => (a.seenAt < b.seenAt ? 1 : -1)),
          )
          const held = new Set(vendors.flat().map(({ id }) => id))
          const seen: { id: string; seenAt: string }[] = []
          let after = { at: START + 10_000, id: null as string | null }
          for (let page = 0; ; page++) {
            expect(page).toBeLessThan(100)
            const harvests = vendors.map((own, n): Harvest => {
              const rest = own.filter(({ seenAt }) => Date.parse(seenAt) <= after.at)
              const rows = rest.slice(0, size)
              const horizon = rows.length < rest.length ? Date.parse(rows.at(-1)!.seenAt) : null
              return { vendor: `v${n}`, reads: rows, horizon }
            })
            const merged = mergePage(harvests, after, limit)
            expect(merged.reads.length).toBeLessThanOrEqual(limit)
            for (const { read, vendors: givers } of merged.reads) {
              seen.push(read)
              const holders = vendors.flatMap((own, n) =>
                own.some(({ id }) => id === read.id) ? [`v${n}`] : [],
              )
              expect(givers).toEqual(holders)
            }
            if (!merged.next) break
            after = merged.next
          }
          expect(seen.map(({ id }) => id)).toHaveLength(held.size)
          expect(new Set(seen.map(({ id }) => id))).toEqual(held)
          const times = seen.map(({ seenAt }) => seenAt)
          expect(times).toEqual(times.toSorted().reverse())
        },
      ),
    )
  })

  it('waits for a vendor that has more reads at an instant before it shows earlier ones', () => {
    const [new1, old1] = [readAt(START + 9000), readAt(START + 1000)]
    const page = mergePage(
      [
        { vendor: 'one', reads: [new1, readAt(START + 5000)], horizon: START + 5000 },
        { vendor: 'two', reads: [old1], horizon: null },
      ],
      { at: START + 10_000, id: null },
      10,
    )
    expect(page.reads.map(({ read }) => read.id)).toEqual([new1.id])
    expect(page.next).toEqual({ at: START + 5000, id: null })
  })
})

describe('filtering', () => {
  it('passes on nothing that breaks a rule, whatever comes, and counts everything refused (QRY-4, CAP-5)', () => {
    const bounds = { oldest: START, from: START + 2000, to: START + 5000 }
    const row = fc.oneof(
      fc.anything(),
      fc
        .record({
          second: fc.integer({ min: -3, max: 8 }),
          country: fc.constantFrom('US', 'MX', 'CA'),
          plate: fc.constantFrom(PLATE, 'OTHER1'),
          isOwn: fc.boolean(),
        })
        .map(({ second, country, plate, isOwn }) => {
          const read = readAt(START + second * 1000, { country, plate })
          return isOwn ? read : { ...read, id: 'A'.repeat(22) }
        }),
    )
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const { reads: passed, filtered } = sift(rows, { plate: PLATE }, bounds)
        for (const read of passed) {
          expect(read.camera.country).toBe('US')
          expect(Date.parse(read.seenAt)).toBeGreaterThanOrEqual(bounds.from)
          expect(Date.parse(read.seenAt)).toBeLessThan(bounds.to)
          expect(read.plate).toBe(PLATE)
        }
        const counted = Object.values(filtered).reduce((sum, count) => sum + count)
        expect(passed.length + counted).toBe(rows.length)
      }),
    )
  })
})

describe('salvaging', () => {
  it('keeps exactly the whole rows of an answer that is cut anywhere', () => {
    const rows = [1, 2, 3].map((n) => readAt(START + n))
    const text = JSON.stringify({ v: 1, reads: rows, nextCursor: null, refreshedAt: null })
    const ends = rows.map((row) => text.indexOf(JSON.stringify(row)) + JSON.stringify(row).length)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length }), (cut) => {
        const whole = ends.filter((end) => end <= cut).length
        expect(salvageRows(Buffer.from(text.slice(0, cut)), 10)).toEqual(rows.slice(0, whole))
      }),
    )
    expect(salvageRows(Buffer.from(text), 2)).toEqual(rows.slice(0, 2))
    expect(salvageRows(Buffer.from('<html>'), 2)).toEqual([])
  })
})
