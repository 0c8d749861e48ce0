import { randomInt } from 'node:crypto'
import { CLASSES } from '@sightline/matching/plate-key'
import { groupsOf, pseudonymsOf } from '@sightline/replay/pseudonyms'
import fc from 'fast-check'
import { distance } from 'fastest-levenshtein'
import { describe, expect, it } from 'vitest'

const draw = (below: number) => (below > 1 ? randomInt(below) : 0)
const folded = (plate: string) =>
  Array.from(plate, (char) => CLASSES.find((members) => members.includes(char))?.[0] ?? char).join('')
const isNear = (a: string, b: string) => distance(folded(a), folded(b)) <= 1
const formOf = (plate: string) =>
  plate
    .replace(/[ABCDEFGHJKLMNPRSTUVWXYZ]/g, '@')
    .replace(/[IOQ]/g, '!')
    .replace(/\d/g, '#')

const plate = fc.stringMatching(/^[A-Z0-9]{4,8}$/)
/** A plate, and others that differ in one character, lack one or have one more. */
const family = fc
  .tuple(plate, fc.array(fc.tuple(fc.nat(7), fc.stringMatching(/^[A-Z0-9]$/), fc.nat(2)), { maxLength: 6 }))
  .map(([first, edits]) => [
    first,
    ...edits.map(([place, char, kind]) => {
      const at = place % first.length
      if (kind === 0) return first.slice(0, at) + char + first.slice(at + 1)
      return kind === 1
        ? first.slice(0, at) + first.slice(at + 1)
        : first.slice(0, at) + char + first.slice(at)
    }),
  ])

describe('the plates of a recording', () => {
  it('have the same form, are as many, and the same plate stays the same', () => {
    fc.assert(
      fc.property(fc.array(family, { maxLength: 5 }), (families) => {
        const plates = [...new Set(families.flat())]
        const pseudonyms = pseudonymsOf(plates, draw)
        for (const one of plates) expect(pseudonyms.of(one)).toBe(pseudonyms.of(one))
        for (const one of plates) expect(pseudonyms.of(one)).toHaveLength(one.length)
        expect(new Set(plates.map(pseudonyms.of)).size).toBe(plates.length)
      }),
    )
  })

  it('keep letters, digits and the letters that issuers leave out, where a group has one length', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[A-Z0-9]{7}$/), { maxLength: 30 }), (plates) => {
        const pseudonyms = pseudonymsOf(plates, draw)
        const alone = groupsOf(plates).filter((group) => group.length === 1)
        for (const [one] of alone) expect(formOf(pseudonyms.of(one!))).toBe(formOf(one!))
      }),
    )
  })

  it('that may be misreads of each other stay so', () => {
    fc.assert(
      fc.property(fc.tuple(plate, fc.nat(7), fc.stringMatching(/^[A-Z0-9]$/)), ([first, place, char]) => {
        const at = place % first.length
        for (const other of [
          first.slice(0, at) + char + first.slice(at + 1),
          first.slice(0, at) + first.slice(at + 1),
          first.slice(0, at) + char + first.slice(at),
        ]) {
          const pseudonyms = pseudonymsOf([first, other], draw)
          expect(isNear(pseudonyms.of(first), pseudonyms.of(other))).toBe(true)
        }
      }),
    )
  })

  it('look alike where they did, so that the matcher finds them', () => {
    for (let round = 0; round < 200; round++) {
      const pseudonyms = pseudonymsOf(['7ABC128', '7ABC12B'], draw)
      const [digit, letter] = [pseudonyms.of('7ABC128'), pseudonyms.of('7ABC12B')]
      expect(folded(digit)).toBe(folded(letter))
      expect([formOf(digit), formOf(letter)]).toEqual(['#@@@###', '#@@@##@'])
      // What the read said of the place as an alternative is the other plate's character.
      expect(pseudonyms.charOf('7ABC12B', 6, '8')).toBe(digit[6])
    }
  })
})

describe('nothing can be taken back:', () => {
  it('each plate of a form is as likely as any other', () => {
    const counts = Array.from({ length: 7 }, () => new Map<string, number>())
    const rounds = 6900
    for (let round = 0; round < rounds; round++) {
      const text = pseudonymsOf(['7ABC123'], draw).of('7ABC123')
      for (const [place, char] of [...text].entries())
        counts[place]!.set(char, (counts[place]!.get(char) ?? 0) + 1)
    }
    for (const [place, seen] of counts.entries()) {
      const possible = place >= 1 && place <= 3 ? 23 : 10
      expect(seen.size).toBe(possible)
      const expected = rounds / possible
      const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
      // By chance once in a hundred million runs: a chi-square is skewed, its cube root nearly normal (`Wilson` and `Hilferty`).
      const spread = 2 / (9 * (possible - 1))
      expect(Math.cbrt(chiSquare / (possible - 1))).toBeLessThan(1 - spread + 6 * Math.sqrt(spread))
    }
  })

  it('who knows the other plates learns nothing about one that is not near them', () => {
    const others = Array.from({ length: 500 }, (_, n) => `${n % 10}XYZ${String(100 + n).padStart(3, '0')}`)
    /** A source with the same draws each time. */
    const same = () => {
      let state = 1
      return (below: number) => {
        state = (state * 48_271) % 2_147_483_647
        return state % below
      }
    }
    let draws = 0
    const again = same()
    const known = pseudonymsOf(others, (below) => {
      draws++
      return again(below)
    })
    const seen = new Set<string>()
    for (let round = 0; round < 40; round++) {
      let n = 0
      const first = same()
      const all = pseudonymsOf([...others, '4KMR821'], (below) => (n++ < draws ? first(below) : draw(below)))
      for (const one of others) expect(all.of(one)).toBe(known.of(one))
      seen.add(all.of('4KMR821'))
    }
    expect(seen.size).toBeGreaterThan(38)
  })

  it('groups stay small, however close the plates of a series lie', () => {
    const series = Array.from({ length: 3000 }, (_, n) => `7ABC${String(n).padStart(4, '0')}`)
    const groups = groupsOf(series)
    expect(groups.flat().sort()).toEqual(series)
    expect(Math.max(...groups.map(({ length }) => length))).toBeLessThanOrEqual(8)
  })
})
