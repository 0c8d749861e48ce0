import { choosePlates, promisingLines } from '@sightline/recognition/choose'
import { mapQuad, type Quad, quadOfBox } from '@sightline/recognition/geometry'
import type { TextLine } from '@sightline/recognition/lines'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const picture = { width: 1280, height: 720 }

/** A line of text with its top left corner at x, y, in the proportions of plate lettering. */
function line(raw: string, x: number, y: number, height = 40, confidence = 0.95): TextLine {
  const text = raw.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return {
    raw,
    legibility: confidence,
    chars: [...text].map((char) => ({ char, confidence, alternatives: [] })),
    quad: quadOfBox([x, y, Math.max(1, text.length) * height * 0.6, height]),
  }
}

const texts = (lines: TextLine[]) => choosePlates(lines, picture).map((plate) => plate.text)

describe('choosePlates', () => {
  it('finds the plate among signs, words, addresses and the camera’s clock', () => {
    const scene = [
      line('2014-05-09 07:05:37', 5, 5, 18),
      line('TOYOTA', 500, 300),
      line('www.dealer.com', 480, 470, 16),
      line('STOP', 900, 100, 80),
      line('7ABC123', 500, 420),
    ]
    expect(texts(scene)).toEqual(['7ABC123'])
  })

  it('returns text, characters, box and corners of a plate', () => {
    const [plate] = choosePlates([line('7ABC123', 500, 420)], picture)
    expect(plate).toMatchObject({
      text: '7ABC123',
      region: null,
      regionConfidence: null,
      box: [500, 420, 168, 40],
      quad: quadOfBox([500, 420, 168, 40]),
    })
    expect(plate!.chars).toHaveLength(7)
    expect(plate!.confidence).toBeCloseTo(0.95 ** 7, 3)
  })

  it('joins the groups of a plate that a symbol splits, in reading order', () => {
    const [left, right] = [line('7ABC', 500, 420), line('123', 620, 424)]
    const plates = choosePlates([right, left], picture)
    expect(plates.map((plate) => plate.text)).toEqual(['7ABC123'])
    expect(plates[0]!.box).toEqual([500, 420, 192, 44])
  })

  it('joins along a tilted line', () => {
    const tilted = (l: TextLine): TextLine => ({
      ...l,
      quad: mapQuad(l.quad, ([x, y]) => [x, y + 0.2 * (x - 500)]),
    })
    expect(texts([tilted(line('7ABC', 500, 420)), tilted(line('123', 620, 420))])).toEqual(['7ABC123'])
  })

  it('does not join text that is far apart, of another size or on another line', () => {
    for (const other of [line('123', 800, 420), line('123', 620, 420, 90), line('123', 620, 470)]) {
      expect(texts([line('7ABC', 500, 420), other])).not.toContain('7ABC123')
    }
  })

  it('joins the two lines of a motorcycle’s plate', () => {
    const plates = choosePlates([line('9034', 500, 450), line('AYO', 510, 405)], picture)
    expect(plates.map((plate) => plate.text)).toEqual(['AYO9034'])
    expect(plates[0]!.box[3]).toBeCloseTo(85, 0)
  })

  it('puts the nearest vehicle first and keeps the others', () => {
    expect(texts([line('FAR1234', 100, 100, 14), line('NEAR567', 600, 500, 50)])).toEqual([
      'NEAR567',
      'FAR1234',
    ])
  })

  it('guesses the region from the issuer’s name above or below the text', () => {
    const plate = line('7ABC123', 500, 420)
    for (const name of [line('CALIFORNIA', 540, 400, 14), line('California', 540, 465, 14)]) {
      const [found, ...others] = choosePlates([plate, name], picture)
      expect(found).toMatchObject({ text: '7ABC123', region: 'us-ca', regionConfidence: 0.95 })
      expect(others).toEqual([])
    }
  })

  it('does not take the region from a name that is elsewhere, or is larger than the text', () => {
    const plate = line('7ABC123', 500, 420)
    for (const name of [line('CALIFORNIA', 540, 100, 14), line('TEXAS', 500, 360, 50)]) {
      expect(choosePlates([plate, name], picture)[0]!.region).toBeNull()
    }
  })

  it('refuses upright text, text that is too small to read, and illegible text', () => {
    const upright: Quad = quadOfBox([500, 300, 40, 160])
    expect(texts([{ ...line('7ABC123', 500, 300), quad: upright }])).toEqual([])
    expect(texts([line('7ABC123', 500, 300, 4)])).toEqual([])
    expect(texts([line('7ABC123', 500, 300, 40, 0.05)])).toEqual([])
  })

  it('never reports one line twice, nor a confidence outside 0 to 1', () => {
    const anyLine = fc
      .tuple(
        fc.stringMatching(/^[A-Z0-9 -]{0,12}$/),
        fc.integer({ min: 0, max: 1200 }),
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 90 }),
      )
      .map(([raw, x, y, height]) => line(raw, x, y, height))
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), (lines) => {
        const plates = choosePlates(lines, picture)
        const used = plates.flatMap((plate) => plate.chars)
        expect(new Set(used).size).toBe(used.length)
        for (const { confidence, text } of plates) {
          expect(text).toMatch(/^[A-Z0-9]{1,10}$/)
          expect(confidence).toBeGreaterThanOrEqual(0)
          expect(confidence).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})

describe('promisingLines', () => {
  it('names pieces of plates that deserve a closer look, and no words', () => {
    const piece = line('383', 700, 600, 20)
    expect(
      promisingLines([line('TEXAS', 100, 100), line('X1', 300, 100, 4), piece, line('07:05:37', 5, 5, 18)]),
    ).toEqual([piece])
  })
})
