import { loadRecognizerFacts } from '@sightline/matching/recognizer-facts'
import { DisplayChange, displayParser, NewDisplay } from '@sightline/schemas/display'
import { checkDisplay, normalizePattern } from '@sightline/schemas/display-rules'
import { createParser } from '@sightline/schemas/message'
import { examplesOf, LARGEST_SHARE, SERIAL_SHAPES, shareOf } from '@sightline/schemas/pattern-share'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuMsOf } from '../support/cost.ts'
import { aDisplay } from '../support/displays.ts'

const [LETTERS, DIGITS] = ['ABCDEFGHJKLMNPRSTUVWXYZ', '0123456789']
const EVERY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const ALL = `[${EVERY}]`

const isRefused = (plate: string): boolean => {
  try {
    checkDisplay(aDisplay({ plate }))
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'RULE_BROKEN' })
    return true
  }
}

/** The same of what somebody types. */
const isTypedRefused = (text: string): boolean => {
  try {
    return isRefused(normalizePattern(text))
  } catch (error) {
    expect(error).toMatchObject({ code: 'PLATE_IMPOSSIBLE' })
    return true
  }
}

describe('a pattern that fits nearly every plate is refused, however it is written (QRY-6):', () => {
  const left = (out: string) => `[${[...EVERY].filter((char) => !out.includes(char)).join('')}]`
  it.each([
    ['all characters twice', `${ALL}${ALL}*`],
    ['all characters at the end', `*${ALL}${ALL}`],
    ['only classes of all characters', ALL.repeat(7)],
    ['all characters, each twice', `[${'AB'.repeat(18)}]?*`],
    ['stars and question marks', '*?*?*'],
    ['all characters but one', `${left('Q')}${left('Z')}*`],
    ['all characters but the digits', `${left(DIGITS)}${left(DIGITS)}*`],
    ['all characters but the letters', `*${left(LETTERS)}${left(LETTERS)}`],
    ['seven characters, each all but one', left('9').repeat(7)],
    ['half of the letters twice', '[ABCDEFGHJKLM][ABCDEFGHJKLM]*'],
    ['two characters anywhere', '*1*2*'],
    ['a class anywhere, again and again', `*${left('A')}*${left('B')}*${left('C')}*`],
    ['one character', 'A*'],
    ['one character, anywhere', '*7*'],
    ['a character and all characters', `7${ALL}*`],
    ['the first digits of a series', '[789]??????'],
  ])('%s', (_, plate) => {
    expect(displayParser.check(aDisplay({ plate }))).toBe(true)
    expect(isRefused(plate)).toBe(true)
  })

  it.each([
    '[^A][^B]*',
    '[!A]*[!B]',
    '(A|B)*',
    'A|B*',
    '.*.*',
    '\\w\\w*',
    '[[:alnum:]]{2}',
    'A{0,9}*',
    '%%',
    '??*',
    '？？＊',
    '\u202e**',
    '\u200b?\u200b*',
    `[${[...EVERY].map((char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)).join('')}]*`,
    `${ALL.toLowerCase()}${ALL.toLowerCase()}*`,
    `[${[...EVERY].join(' ')}][${[...EVERY].join('-')}]*`,
  ])('typed as %s', (text) => {
    expect(isTypedRefused(text)).toBe(true)
  })
})

it.each(['7ABC123', '7AB?1*', '7A[B8]C123', '*ABC*', '[0O]?????[1I]', '7A*', 'AB*', '*AB*', '*123', '*7A*'])(
  '%s fits few enough plates',
  (plate) => expect(isRefused(plate)).toBe(false),
)

describe('the part of all plates that fits a pattern', () => {
  it.each([
    ['AB*', 1 / 23 ** 2],
    ['12*', 1 / 100],
    ['*', 1],
    [ALL.repeat(6), 1],
    ['???????', 1],
    ['A?????', 1 / 23],
    ['[12]??????', 2 / 10],
    ['7ABC12?', 1 / (10 * 23 ** 3 * 100)],
    // Only texts without a serial have these letters: their share counts then.
    ['OQ*', 1 / 36 ** 2],
  ])('%s: %d', (plate, share) => expect(shareOf(plate).share).toBeCloseTo(share, 10))

  it('is that of the series where it covers most, which an example names', () => {
    const { share, example } = shareOf('7A*')
    expect(share).toBeCloseTo(1 / 230, 10)
    expect(example).toMatch(/^1B/)
    expect(shareOf('*1*2*').share).toBeGreaterThan(0.05)
  })

  /** Any text of the language, whole classes, classes that leave out few, and runs of stars among it. */
  const one = fc.constantFrom(...EVERY)
  const some = fc.subarray([...EVERY], { minLength: 1 }).map((chars) => `[${chars.join('')}]`)
  const most = fc.subarray([...EVERY], { maxLength: 3 }).map((out) => left36(out))
  const left36 = (out: string[]) => `[${[...EVERY].filter((char) => !out.includes(char)).join('')}]`
  const token = fc.oneof(one, some, most, fc.constantFrom('?', '*', '**', '?*', '*?', ALL))
  const pattern = fc
    .array(token, { minLength: 1, maxLength: 9 })
    .map((tokens) => tokens.join(''))
    .filter((plate) => displayParser.check(aDisplay({ plate })) && /[?*[]/.test(plate))

  /** A stream of numbers that every run has alike. */
  function numbers(seed: number) {
    let state = seed
    return (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
  }
  const plateOf = (shape: string, next: (below: number) => number) =>
    [...shape]
      .map((kind) => {
        const chars = kind === '@' ? LETTERS : kind === '#' ? DIGITS : EVERY
        return chars[next(chars.length)]!
      })
      .join('')
  const SAMPLES = 4000
  /** Once in ten thousand million samples: each of these runs draws thousands. */
  const IMPOSSIBLE = Math.log(1e10)
  /** How unlikely it is to see a share this much above the true one among the samples: the bound of `Chernoff`, natural logarithm. */
  const surprise = (seen: number, share: number): number => {
    const term = (p: number, q: number) => (p === 0 ? 0 : p * Math.log(p / q))
    return seen <= share ? 0 : (SAMPLES / 8) * (term(seen, share) + term(1 - seen, 1 - share))
  }

  it('agrees with trying plates: over the limit is refused, well below it is not', () => {
    const shapes = [...SERIAL_SHAPES, ...Array.from({ length: 10 }, (_, n) => '.'.repeat(n + 1))]
    fc.assert(
      fc.property(pattern, fc.nat(), (plate, seed) => {
        const next = numbers(seed)
        const expression = new RegExp(`^${plate.replaceAll('?', '.').replaceAll('*', '.*')}$`)
        const { share } = shareOf(plate)
        let largest = 0
        for (const shape of shapes) {
          // A few of each, then many of what seems to be covered.
          const shareAmong = (count: number) => {
            let hits = 0
            for (let n = 0; n < count; n++) if (expression.test(plateOf(shape, next))) hits++
            return hits / count
          }
          if (shareAmong(60) > 0 || shape.length > 6) largest = Math.max(largest, shareAmong(SAMPLES / 8))
        }
        expect([plate, surprise(largest, share) < IMPOSSIBLE]).toEqual([plate, true])
        if (surprise(largest, LARGEST_SHARE) > IMPOSSIBLE)
          expect([plate, isRefused(plate)]).toEqual([plate, true])
        if (share > LARGEST_SHARE + 1e-9) expect(isRefused(plate)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is exact: of all plates of short series each is tried', () => {
    const every = (length: number): string[] =>
      length === 0 ? [''] : every(length - 1).flatMap((text) => [...EVERY].map((char) => text + char))
    const [two, three] = [every(2), every(3)]
    fc.assert(
      fc.property(pattern, (plate) => {
        const expression = new RegExp(`^${plate.replaceAll('?', '.').replaceAll('*', '.*')}$`)
        const shareAmong = (texts: string[]) =>
          texts.filter((text) => expression.test(text)).length / texts.length
        const digits = three.filter((text) => /^\d+$/.test(text))
        const { share } = shareOf(plate)
        for (const texts of [two, three, digits])
          expect(share).toBeGreaterThanOrEqual(shareAmong(texts) - 1e-9)
      }),
      { numRuns: 30 },
    )
  })

  it('is computed soon, even for the worst pattern', () => {
    const odd = Array.from({ length: 10 }, (_, n) => left36([EVERY[n]!, EVERY[n + 10]!]))
    expect(cpuMsOf(() => shareOf(odd.flatMap((place) => ['*', place]).join('')))).toBeLessThan(2000)
  })
})

it('the shapes of serials are those that the recognizer and the matcher know', async () => {
  const { serials } = await loadRecognizerFacts()
  const known = [...serials!.home, ...serials!.visiting].map((serial) =>
    serial.replace(/[A-Z]/g, '@').replace(/\d/g, '#'),
  )
  expect([...SERIAL_SHAPES].sort()).toEqual([...new Set(known)].sort())
})

describe('a display for anything but a plate', () => {
  const only = { makes: ['Toyota'], colors: ['white'], cameras: ['cam-1'] }

  it('is refused: there is no display without a plate', () => {
    const { check } = createParser('display', NewDisplay)
    const { plate, ...rest } = { plate: '7ABC123', reason: 'seen at the warehouse', caseRef: 'CASE-1' }
    const asked = { ...rest, confirmNotice: '0'.repeat(32), only }
    expect([check({ plate, ...asked }), check(asked), check({ plate: '', ...asked })]).toEqual([
      true,
      false,
      false,
    ])
    expect(createParser('change', DisplayChange).check({ plate: '*', only })).toBe(false)
  })

  it.each(['*', '?*', '???????', '[A-Z0-9]*', '[A-Z][A-Z][A-Z]*', '**1**', '7*'])(
    'is refused with the pattern %s, however narrow the vehicle, place or hours',
    (typed) => {
      const area = { lat: 32.5, lon: -117, radiusM: 1 }
      const asked = { plate: normalizePattern(typed), only: { ...only, area } }
      expect(() => checkDisplay(asked)).toThrow(expect.objectContaining({ code: 'RULE_BROKEN' }))
    },
  )
})

describe('examples of what a pattern covers', () => {
  /** By the platform's own regular expressions. */
  const fits = (pattern: string) => new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`)
  const piece = fc.oneof(
    fc.constantFrom(...EVERY, '?', '*'),
    fc
      .uniqueArray(fc.constantFrom(...EVERY), { minLength: 1, maxLength: 5 })
      .map((chars) => `[${chars.join('')}]`),
  )

  it('are plates that fit, all different, and the same each time', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 10 }), (pieces) => {
        const pattern = pieces.join('')
        const examples = examplesOf(pattern, 5)
        for (const plate of examples) expect(plate).toMatch(fits(pattern))
        for (const plate of examples) expect(plate).toMatch(/^[A-Z0-9]{1,10}$/)
        expect(new Set(examples).size).toBe(examples.length)
        expect(examplesOf(pattern, 5)).toEqual(examples)
        if (shareOf(pattern).share > 0) expect(examples.length).toBeGreaterThan(0)
      }),
    )
  })

  it.each([
    ['7ABC12[34]', ['7ABC123', '7ABC124']],
    ['7ABC123', ['7ABC123']],
  ])('of %s are all that there are', (pattern, all) => {
    expect(examplesOf(pattern, 5).sort()).toEqual(all)
  })

  it('are plates of an issuer where there are any, as different as they can be', () => {
    const examples = examplesOf('7A*', 5)
    expect(examples).toHaveLength(5)
    const shapeOf = (plate: string) => plate.replace(/[A-Z]/g, '@').replace(/\d/g, '#')
    for (const plate of examples) expect(SERIAL_SHAPES).toContain(shapeOf(plate))
    expect(new Set(examplesOf('7AB?12?', 5).map((plate) => plate[3])).size).toBeGreaterThan(2)
  })
})
