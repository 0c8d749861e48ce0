import { pageOf } from '@sightline/api/shared/pages'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const places = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 30 })
const self = (place: string) => place

test.each(['up', 'down'] as const)(
  'pages %s have each thing once, in order, however long they are',
  (order) => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 9 }), (all, limit) => {
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const { page, next } = pageOf(all, self, { order, limit, ...(cursor !== undefined && { cursor }) })
          expect(page.length).toBeLessThanOrEqual(limit)
          seen.push(...page)
          cursor = next ?? undefined
        } while (cursor !== undefined)
        const sorted = [...all].sort((a, b) => (a < b ? -1 : 1))
        expect(seen).toEqual(order === 'up' ? sorted : sorted.reverse())
      }),
    )
  },
)

test('what comes and goes between two pages neither hides nor repeats anything else', () => {
  fc.assert(
    fc.property(places, places, fc.integer({ min: 1, max: 9 }), (stays, changes, limit) => {
      const comes = changes.filter((one) => !stays.includes(one))
      const seen: string[] = []
      let cursor: string | undefined
      for (let n = 0; cursor !== undefined || n === 0; n++) {
        const now = n % 2 === 0 ? stays : [...stays, ...comes]
        const { page, next } = pageOf(now, self, {
          order: 'up',
          limit,
          ...(cursor !== undefined && { cursor }),
        })
        seen.push(...page)
        cursor = next ?? undefined
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.filter((one) => stays.includes(one)).length).toBe(stays.length)
    }),
  )
})
