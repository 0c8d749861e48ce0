import { groupsOf } from '@sightline/schemas/agent-groups'
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

test('puts all cameras of an agent into one group, and spreads the agents evenly', () => {
  fc.assert(
    fc.property(agents, count, (some, most) => {
      const groups = groupsOf(some, most, new Map())
      expect([...groups.keys()].sort()).toEqual(some.flat().sort())
      const each = some.map((one) => [...new Set(one.map((camera) => groups.get(camera)))])
      expect(each.every((all) => all.length === 1)).toBe(true)
      const load = new Array(most).fill(0)
      for (const [group] of each) load[group!]++
      expect(Math.max(...load) - Math.min(...load)).toBeLessThanOrEqual(1)
    }),
  )
})

test('keeps an agent in its group when others come and go, unless that group is gone', () => {
  fc.assert(
    fc.property(agents, count, count, fc.infiniteStream(fc.boolean()), (some, most, later, stays) => {
      const before = groupsOf(some, most, new Map())
      const left = some.filter(() => stays.next().value)
      const after = groupsOf([['new'], ...left], later, before)
      for (const camera of left.flat()) {
        if (before.get(camera)! < later) expect(after.get(camera)).toBe(before.get(camera))
      }
      expect([...after.values()].every((group) => group < later)).toBe(true)
    }),
  )
})
