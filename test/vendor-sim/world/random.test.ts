import { pickWeighted, random } from '@sightline/vendor-sim/world/random'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('random', () => {
  it('gives the same numbers for the same name, whatever was drawn elsewhere', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), (seed, name) => {
        const first = random(seed, name)
        random(seed, 'other').next()
        expect([first.next(), first.next()]).toEqual([0, 1].map(skipped(seed, name)))
      }),
    )
  })

  it('distinguishes names that would join to the same text', () => {
    expect(random(1, 'a', 11).next()).not.toBe(random(1, 'a', 1, 1).next())
  })

  it('stays inside its bounds', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, min, width) => {
        const rng = random(seed)
        const whole = rng.whole(min, min + width)
        expect(Number.isInteger(whole) && whole >= min && whole <= min + width).toBe(true)
        const value = rng.between(min, min + width + 1)
        expect(value >= min && value < min + width + 1).toBe(true)
      }),
    )
  })

  it('is even: ten equal classes of 10,000 draws hold 800 to 1,200 each', () => {
    const rng = random('even')
    const classes = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 10_000; i++) classes[rng.whole(0, 9)]!++
    for (const count of classes) expect(count).toSatisfy((n: number) => n > 800 && n < 1200)
  })

  it('picks by weight', () => {
    const rng = random('weights')
    const items = [
      { name: 'rare', weight: 1 },
      { name: 'common', weight: 9 },
    ]
    const rare = Array.from({ length: 5000 }, () => pickWeighted(items, rng)).filter(
      ({ name }) => name === 'rare',
    )
    expect(rare.length).toSatisfy((n: number) => n > 400 && n < 600)
  })
})

/** The number at a place of a generator's sequence, from a generator of its own. */
function skipped(seed: number, name: string) {
  return (places: number) => {
    const rng = random(seed, name)
    for (let i = 0; i < places; i++) rng.next()
    return rng.next()
  }
}
