import { fits, follows, grammarOf } from '@sightline/recognition/sightline/grammar'
import type { RecognizerModel } from '@sightline/recognition/sightline/models'
import { lookOf, rankTexts, readingOf } from '@sightline/recognition/sightline/reading'
import { describe, expect, it } from 'vitest'
import python from './fixtures/decode.json' with { type: 'json' }

const alphabet = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const names = ['br', 'de', 'us-ca']
const patterns = { br: ['@@@####'], 'us-ca': ['#@@@###'] }
const model: RecognizerModel = {
  version: '1',
  input: { width: 160, height: 64 },
  output: { text: { alphabet, blank: 0, lines: 2 }, region: { names } },
  calibration: { a: 0, b: 1, c: 0, prior_weight: 1, prior_free: 0.2, region_temperature: 1 },
  grammar: patterns,
}
const grammar = grammarOf(names, patterns)

/** Logits of a text, a column a character with a blank after it; `doubt` adds a second thought at a place. */
function columns(text: string, doubt: { place: number; char: string; logit: number }[] = []): Float32Array {
  const data = new Float32Array(2 * text.length * alphabet.length)
  ;[...text].forEach((char, i) => {
    data[2 * i * alphabet.length + alphabet.indexOf(char)] = 12
    data[(2 * i + 1) * alphabet.length] = 12
  })
  for (const { place, char, logit } of doubt) {
    data[2 * place * alphabet.length + alphabet.indexOf(char)] = logit
  }
  return data
}

const NO_IDEA = new Float32Array(names.length)
const look = (text: Float32Array) => lookOf(text, NO_IDEA, model)
const readOnce = (text: Float32Array) => readingOf([look(text)], model, grammar)

describe('readingOf', () => {
  it('says how sure it is of each character, with likely alternatives (CAP-4)', () => {
    const reading = readOnce(columns('7AB', [{ place: 1, char: '4', logit: 11 }]))!
    expect(reading.text).toBe('7AB')
    expect(reading.chars.map(({ char }) => char).join('')).toBe('7AB')
    expect(reading.chars[0]!.alternatives).toEqual([])
    expect(reading.chars[1]!.alternatives).toEqual([{ char: '4', confidence: expect.closeTo(0.27, 1) }])
    expect(reading.confidence).toBeCloseTo(0.73, 1)
  })

  it('prefers the text that follows a serial pattern when the pixels do not decide', () => {
    const unsure = [{ place: 3, char: '0', logit: 11.8 }]
    expect(readOnce(columns('ABCO123', unsure))!.text).toBe('ABC0123')
  })

  it('does not hide a vanity plate that follows no pattern', () => {
    expect(readOnce(columns('GO4IT'))!.text).toBe('GO4IT')
    const clear = [{ place: 3, char: '0', logit: 8 }]
    expect(readOnce(columns('ABCO123', clear))!.text).toBe('ABCO123')
  })

  it('takes the region whose serials the text follows when the image does not show it', () => {
    const reading = readOnce(columns('7ABC123'))!
    expect(reading.region).toBe('us-ca')
    expect(reading.regionConfidence).toBeCloseTo(1 / 1.4, 2)
  })

  it('reads nothing where nothing is written, or more than a plate can contain', () => {
    expect(readOnce(columns('----'))).toBeNull()
    expect(readOnce(columns('ABCDEFGHIJK'))).toBeNull()
  })
})

it('ranked agrees with training/recognizer/prior.py', () => {
  const { regions, patterns, texts, places, ranked: expected } = python.prior
  const beam = texts.map(([text, logP]) => ({ text: text as string, probability: Math.exp(logP as number) }))
  const known = grammarOf(regions, patterns)
  const found = rankTexts(beam, Float64Array.from(places), { prior_weight: 0.75, prior_free: 0.2 }, known)
  expected.forEach(([text, logP], i) => {
    expect(found[i]!.text).toBe(text)
    expect(Math.log(found[i]!.probability)).toBeCloseTo(logP as number, 5)
  })
})

describe('grammar', () => {
  it.each([
    ['7ABC123', '#@@@###', true],
    ['ABC1234', '#@@@###', false],
    ['CD12345', 'CD#####', true],
    ['CE12345', 'CD#####', false],
  ])('%s follows %s: %s', (text, pattern, holds) => {
    expect(follows(text, pattern)).toBe(holds)
  })

  it('rules out no region', () => {
    expect([...fits(grammar, 'XYZ', names.length, 0.2)].every((fit) => fit > 0)).toBe(true)
  })
})

describe('readingOf at a site', () => {
  const doubtful = look(columns('ABCO123', [{ place: 3, char: '0', logit: 11 }]))
  const at = (factors: readonly number[]) =>
    readingOf([doubtful], model, grammar, { site: Float64Array.from(factors) })!

  it('reads the same as without a site when the mix is unknown, and says so', () => {
    const plain = readingOf([doubtful], model, grammar)!
    const { withoutSite, ...reading } = at([1, 1, 1])
    expect(reading).toEqual(plain)
    expect(withoutSite).toEqual({ region: plain.region, confidence: plain.regionConfidence })
    expect('withoutSite' in plain).toBe(false)
  })

  it('computes text and region together: where Brazil is usual, the text is read as Brazilian', () => {
    expect(at([1, 1, 1])).toMatchObject({ text: 'ABCO123', region: 'br' })
    expect(at([1, 0.01, 0.01])).toMatchObject({ text: 'ABC0123', region: 'br' })
    expect(at([0.01, 1, 0.01])).toMatchObject({ text: 'ABCO123', region: 'de' })
  })
})

describe('readingOf with several looks', () => {
  const unsure = (logit: number) => look(columns('GOB', [{ place: 2, char: '8', logit }]))

  it('gives each look the same vote', () => {
    const [b, eight] = [unsure(10), unsure(15)]
    expect(readingOf([b], model, grammar)!.text).toBe('GOB')
    expect(readingOf([b, eight], model, grammar)!.text).toBe('GO8')
    expect(readingOf([b, eight, b], model, grammar)!.text).toBe('GOB')
  })

  it('is as sure as one look when all are the same', () => {
    const one = readingOf([unsure(10)], model, grammar)!
    const three = readingOf([unsure(10), unsure(10), unsure(10)], model, grammar)!
    expect(three).toEqual(one)
  })

  it('reports each character from the looks that show the text', () => {
    const reading = readingOf([unsure(10), look(columns('XYZ'))], model, grammar)!
    expect(reading.chars.map(({ char }) => char).join('')).toBe(reading.text)
    expect(reading.confidence).toBeLessThan(0.55)
  })

  it('uses the calibration that was fitted for them', () => {
    const doubtful = { a: -2, b: 1, c: 0 }
    const [plain, calibrated] = [undefined, doubtful].map(
      (fit) =>
        readingOf([unsure(10), unsure(10)], model, grammar, { calibration: fit ?? model.calibration })!
          .confidence,
    )
    expect(calibrated).toBeLessThan(plain! - 0.1)
  })
})
