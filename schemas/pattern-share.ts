import { MAX_PLATE_LENGTH } from './plate.ts'

/**
 * Shapes of plate serials found here: United States, Canada and Mexico; `@` a letter, `#` a digit. The recognizer and
 * the matcher (`models/recognizer.json`) have the same, which a test checks.
 */
export const SERIAL_SHAPES: readonly string[] = [
  '### #### ###@ @@## ##### ####@ ###@# ###@@ ##@## ##@@# ##@@@ #@### @@### @@@## ###### #####@ ####@@ ###@##',
  '###@@# ###@@@ ##@### ##@#@@ ##@@## ##@@#@ ##@@@# #@#### #@@### #@@@## #@@@@# @##### @####@ @###@@ @##@##',
  '@##@@# @##@@@ @#@### @#@#@@ @@#### @@###@ @@##@@ @@#@#@ @@@### @@@##@ @@@@## ####### ######@ #####@# #####@@',
  '####@## ####@@@ ##@#### ##@###@ #@##### #@####@ #@##@## #@@#### #@@##@# #@@@### @###### @#####@ @###@@@',
  '@##@@#@ @@##### @@####@ @@#@### @@@#### @@@###@ @@@#@#@ @@@@### #@######',
].flatMap((line) => line.split(' '))

/** Letters that serials use: issuers leave out those that look like digits. */
const SERIAL_LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ'
const SERIAL_DIGITS = '0123456789'

/**
 * Largest share of the plates of any one series that a pattern may cover (QRY-6): one in a hundred, as much as two
 * known digits leave. That is what a witness remembers of a passing vehicle. More would not be a search for a vehicle,
 * but a search through everybody's journeys, however the pattern is written.
 *
 * The share is computed over the possible plates of a series, each equally likely, because nobody here knows which ones
 * were issued. And it is for the series where the pattern covers most, not for all together, because an agency may see
 * the plates of only one issuer.
 */
export const LARGEST_SHARE = 0.01

export interface PatternShare {
  /** 0 … 1, for the series where the pattern covers most. */
  share: number
  /** A plate of that series, for explanations. */
  example: string
}

const EVERY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const CHARS: Record<string, string> = { '@': SERIAL_LETTERS, '#': SERIAL_DIGITS, '.': EVERY }
/** Characters for a sample plate of a shape. */
const SAMPLE: Record<string, string> = { '@': 'ABCDEFGHJK', '#': '1234567890', '.': 'OQO1OQO1OQ' }

/** Texts without a serial shape, such as an owner's choice: all texts of a length are equally likely. */
const FREE = Array.from({ length: MAX_PLATE_LENGTH }, (_, n) => '.'.repeat(n + 1))
const SHAPES = [...SERIAL_SHAPES, ...FREE]

/** One place of a pattern, or a star. */
type Token = '*' | ReadonlySet<string>

const tokensOf = (pattern: string): Token[] =>
  Array.from(pattern.matchAll(/\[([A-Z0-9]+)\]|./g), ([piece, listed]) =>
    piece === '*' ? '*' : new Set(piece === '?' ? EVERY : (listed ?? piece)),
  )

/** @param pattern valid by the schema `PlatePattern` */
export function shareOf(pattern: string): PatternShare {
  const steps = stepsOf(tokensOf(pattern))
  let most: PatternShare = { share: 0, example: '' }
  for (const shape of SHAPES) {
    const share = shareOfShape(steps, shape)
    if (share > most.share) most = { share, example: exampleOf(shape) }
  }
  return most
}

/**
 * Whether a pattern covers more than allowed. A quick check suffices for most stored patterns: the product of the
 * shares at each place, for every way to expand the stars.
 */
export function coversTooMuch(pattern: string): boolean {
  const tokens = tokensOf(pattern)
  const places = tokens.filter((token) => token !== '*')
  // Several stars in a row equal one.
  const stars = tokens.filter((token, n) => token === '*' && tokens[n - 1] !== '*').length
  const each = places.reduce((product, place) => product * largestPart(place), 1)
  if (each * waysOf(MAX_PLATE_LENGTH - places.length, stars) <= LARGEST_SHARE) return false
  return shareOf(pattern).share > LARGEST_SHARE + 1e-9
}

/** Ways to distribute so many characters over so many stars. */
function waysOf(characters: number, stars: number): number {
  let ways = 1
  for (let n = 1; n < stars; n++) ways *= (characters + n) / n
  return ways
}

const partOf = (place: ReadonlySet<string>, chars: string): number =>
  [...chars].filter((char) => place.has(char)).length / chars.length

const largestPart = (place: ReadonlySet<string>): number =>
  Math.max(...Object.values(CHARS).map((chars) => partOf(place, chars)))

/** A pattern as an automaton: bit n of a state is set if the text so far matches up to token n. */
interface Steps {
  first: number
  last: number
  /** For each kind of place: what characters do to a state, and their percentage. */
  kinds: Record<string, { fits: number; part: number }[]>
  stars: number
}

/** The tokens that are so, as bits. */
const bitsOf = (tokens: readonly Token[], is: (token: Token) => boolean): number =>
  tokens.reduce((mask, token, n) => (is(token) ? mask | (1 << n) : mask), 0)

const fitsOf = (tokens: readonly Token[], char: string): number =>
  bitsOf(tokens, (token) => token === '*' || token.has(char))

function stepsOf(tokens: readonly Token[]): Steps {
  const stars = bitsOf(tokens, (token) => token === '*')
  const kinds = Object.entries(CHARS).map(([kind, chars]) => {
    const counts = new Map<number, number>()
    for (const char of chars) {
      const fits = fitsOf(tokens, char)
      counts.set(fits, (counts.get(fits) ?? 0) + 1)
    }
    return [kind, Array.from(counts, ([fits, count]) => ({ fits, part: count / chars.length }))] as const
  })
  return { first: openStars(1, stars), last: 1 << tokens.length, kinds: Object.fromEntries(kinds), stars }
}

/**
 * A state plus what follows from it without a character: a star may match nothing. Everything before a reached star is
 * irrelevant.
 */
function openStars(state: number, stars: number): number {
  let open = state
  for (let next = open | ((open & stars) << 1); next !== open; next = open | ((open & stars) << 1))
    open = next
  const reached = open & stars
  return reached === 0 ? open : open & -(1 << (31 - Math.clz32(reached)))
}

/** The share of the plates of a shape that match: the probability that the automaton ends in its final state. */
function shareOfShape({ first, last, kinds, stars }: Steps, shape: string): number {
  let states = new Map([[first, 1]])
  for (const kind of shape) {
    const after = new Map<number, number>()
    for (const [state, chance] of states) {
      for (const { fits, part } of kinds[kind]!) {
        const next = afterOne(state & fits, stars)
        if (next === 0) continue
        after.set(next, (after.get(next) ?? 0) + chance * part)
      }
    }
    states = after
  }
  let share = 0
  for (const [state, chance] of states) if ((state & last) !== 0) share += chance
  return share
}

/** The state after one more character. @param met bits of the tokens that take it */
const afterOne = (met: number, stars: number): number =>
  met === 0 ? 0 : openStars(((met & ~stars) << 1) | (met & stars), stars)

/**
 * Plates that a pattern covers, so that a person sees what it means: first of the series where it covers most. The same ones
 * each time.
 * @param pattern valid by the schema `PlatePattern`
 * @returns at most `count`, all different; fewer when the pattern covers fewer
 */
export function examplesOf(pattern: string, count: number): string[] {
  const tokens = tokensOf(pattern)
  const steps = stepsOf(tokens)
  const shapes = SHAPES.map((shape) => ({ shape, share: shareOfShape(steps, shape) }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
  const found = new Set<string>()
  // The series in turn, each with another choice of characters in each round.
  for (let round = 0; round < ROUNDS && found.size < count; round++) {
    for (const { shape } of shapes) {
      const plate = plateOf(tokens, steps, shape, round)
      if (plate !== undefined) found.add(plate)
      if (found.size === count) break
    }
  }
  return [...found]
}

const ROUNDS = 40

/** A plate of a shape that fits; characters are tried in another order for each round. */
function plateOf(tokens: readonly Token[], { first, last, stars }: Steps, shape: string, round: number) {
  const dead = new Set<string>()
  const from = (state: number, place: number): string | undefined => {
    if (place === shape.length) return (state & last) === 0 ? undefined : ''
    if (dead.has(`${state} ${place}`)) return undefined
    const chars = CHARS[shape[place]!]!
    const start = Math.floor((((round + 1) * (place + 3) * GOLDEN) % 1) * chars.length)
    for (let n = 0; n < chars.length; n++) {
      const char = chars[(start + n) % chars.length]!
      const next = afterOne(state & fitsOf(tokens, char), stars)
      const rest = next === 0 ? undefined : from(next, place + 1)
      if (rest !== undefined) return char + rest
    }
    dead.add(`${state} ${place}`)
    return undefined
  }
  return from(first, 0)
}

/** Its multiples are spread evenly over 0 to 1. */
const GOLDEN = 0.618_033_988_75

const exampleOf = (shape: string): string =>
  Array.from(shape, (kind, n) => SAMPLE[kind]![n % SAMPLE[kind]!.length]).join('')
