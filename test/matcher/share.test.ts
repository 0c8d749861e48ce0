import { shareOf } from '@sightline/matcher/leases'
import fc from 'fast-check'
import { expect, test } from 'vitest'

type Owners = (string | null)[]

function heldBy(owners: Owners): Map<string, number> {
  const held = new Map<string, number>()
  for (const owner of owners) if (owner) held.set(owner, (held.get(owner) ?? 0) + 1)
  return held
}

/** What each matcher does in its round: gives up what is too much, takes what is free (matcher/leases.ts). */
function round(owners: Owners, order: readonly string[]): void {
  for (const name of order) {
    const share = shareOf(name, owners.length, order, heldBy(owners))
    const own = owners.flatMap((owner, n) => (owner === name ? [n] : []))
    for (const n of own.slice(share)) owners[n] = null
    for (let n = 0, count = Math.min(own.length, share); n < owners.length && count < share; n++) {
      if (owners[n] !== null) continue
      owners[n] = name
      count++
    }
  }
}

const settle = (owners: Owners, order: readonly string[]) => {
  for (let n = 0; n < 4; n++) round(owners, order)
}
const names = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 1, maxLength: 10 })

test('matchers that start together soon have everything, none more than one partition above another, and then nothing moves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), names, (partitions, order) => {
      const owners: Owners = new Array(partitions).fill(null)
      settle(owners, order)
      expect(owners).not.toContain(null)
      const counts = order.map((name) => heldBy(owners).get(name) ?? 0)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      const before = [...owners]
      round(owners, [...order].reverse())
      expect(owners).toEqual(before)
    }),
  )
})

test('a new matcher gets its part and nothing else moves; when one leaves, its part is taken, and nothing else moves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), names, (partitions, [changing, ...others]) => {
      fc.pre(others.length > 0)
      const owners: Owners = new Array(partitions).fill(null)
      settle(owners, others)
      const before = [...owners]
      settle(owners, [...others, changing!])
      for (const [n, owner] of owners.entries()) expect([before[n], changing]).toContain(owner)
      const joined = owners.map((owner) => (owner === changing ? null : owner))
      const after = [...joined]
      settle(after, others)
      expect(after).not.toContain(null)
      for (const [n, owner] of joined.entries()) if (owner) expect(after[n]).toBe(owner)
    }),
  )
})
