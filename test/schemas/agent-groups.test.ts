import { sharesOf } from '@sightline/schemas/shares'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const cameras = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 40 })
/** Agents with cameras of their own each. */
const agents = cameras.chain((all) =>
  fc.integer({ min: 1, max: 5 }).map((size) => {
    const made: string[][] = []
    for (let n = 0; n < all.length; n += size) made.push(all.slice(n, n + size))
    return made
  }),
)
const count = fc.integer({ min: 1, max: 20 })

test('every camera has a share, those of one agent the same, and agents are spread evenly', () => {
  fc.assert(
    fc.property(agents, count, (some, most) => {
      const shares = sharesOf(some, most, new Map())
      expect([...shares.keys()].sort()).toEqual(some.flat().sort())
      const each = some.map((one) => [...new Set(one.map((camera) => shares.get(camera)))])
      expect(each.every((all) => all.length === 1)).toBe(true)
      const load = new Array(most).fill(0)
      for (const [share] of each) load[share!]++
      expect(Math.max(...load) - Math.min(...load)).toBeLessThanOrEqual(1)
    }),
  )
})

test('whoever comes and goes, an agent keeps its share; with fewer shares all are among those there are', () => {
  fc.assert(
    fc.property(agents, count, count, fc.infiniteStream(fc.boolean()), (some, most, later, stays) => {
      const before = sharesOf(some, most, new Map())
      const left = some.filter(() => stays.next().value)
      const after = sharesOf([['new'], ...left], later, before)
      for (const camera of left.flat()) {
        if (before.get(camera)! < later) expect(after.get(camera)).toBe(before.get(camera))
      }
      expect([...after.values()].every((share) => share < later)).toBe(true)
    }),
  )
})
