import { vote } from '@sightline/edge-agent/tracking/vote'
import type { PlateFinding } from '@sightline/recognition/engine'
import { quadOfBox } from '@sightline/recognition/geometry'
import { random } from '@sightline/vendor-sim/world/random'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finding } from './traffic.ts'

/** A finding by its text; `8?B` is an 8 that may be a B. */
function reading(marked: string, confidence = 0.9, region: string | null = null): PlateFinding {
  const chars = [...marked.matchAll(/([A-Z0-9])(?:\?([A-Z0-9]))?/g)].map(([, char, other]) =>
    other
      ? { char: char!, confidence: 0.55, alternatives: [{ char: other, confidence: 0.43 }] }
      : { char: char!, confidence: 0.98, alternatives: [] },
  )
  return {
    text: chars.map(({ char }) => char).join(''),
    confidence,
    chars,
    region,
    regionConfidence: region ? 0.8 : null,
    box: [0, 0, 100, 25],
    quad: quadOfBox([0, 0, 100, 25]),
  }
}

/** `count` noisy readings of a plate 60 pixels wide. */
const noisy = (plate: string, count: number, seed: number, noise = 1) =>
  Array.from({ length: count }, (_, i) => finding(plate, [0, 0, 60, 15], noise, random(seed, plate, i)))

describe('vote', () => {
  it('of one frame is that frame’s finding, unchanged', () => {
    const one = reading('7AB?8C123', 0.7, 'us-ca')
    const { text, confidence, chars, region, regionConfidence } = one
    expect(vote([one])).toEqual({ text, confidence, chars, region, regionConfidence })
  })

  it('takes a character that something hides in most frames from those that show it', () => {
    const hidden = Array.from({ length: 10 }, () => ({ ...reading('7ABC12', 0.5), cut: true as const }))
    const { text, confidence } = vote([...hidden, reading('7ABC123', 0.9), reading('7ABC123', 0.9)])
    expect(text).toBe('7ABC123')
    expect(confidence).toBeGreaterThan(0.8)
    // Frames of which none says that something is hidden outvote one that has a character more.
    const whole = Array.from({ length: 10 }, () => reading('7ABC12', 0.9))
    expect(vote([...whole, reading('7ABC123', 0.5)]).text).toBe('7ABC12')
  })

  it('weighs probabilities, not frames: one sure frame against two unsure ones', () => {
    expect(vote([reading('7A8?BC123', 0.5), reading('7A8?BC123', 0.5), reading('7ABC123', 0.95)]).text).toBe(
      '7ABC123',
    )
  })

  it('makes from three frames a text that none of them had', () => {
    expect(
      vote([reading('X7ABC12', 0.6), reading('7ABC1X3', 0.6), reading('7XBC123', 0.6)].map(only7)).text,
    ).toBe('7ABC123')
  })

  it('puts back a character that some frames lost, and drops one that few have', () => {
    expect(vote([reading('7ABC123'), reading('7ABC12', 0.6), reading('7ABC123', 0.8)]).text).toBe('7ABC123')
    const lost = [0.99, 0.99].map((sure) => reading('VAK871', sure))
    const whole = Array.from({ length: 12 }, () => reading('VAK8716', 0.98))
    expect(vote([...lost, ...whole]).text).toBe('VAK8716')
    expect(vote([reading('7ABC123'), reading('17ABC123', 0.5), reading('7ABC123', 0.8)]).text).toBe('7ABC123')
  })

  it('believes the sure one of two frames that differ by a character', () => {
    for (const [short, long] of [
      [reading('B57XYZ', 0.56), reading('B157XYZ', 0.98)],
      [reading('84ABC', 0.6), reading('B84ABC', 0.99)],
    ] as const) {
      const { text, confidence } = vote([short, long])
      expect(text).toBe(long.text)
      expect(confidence).toBeGreaterThan(0.5)
    }
  })

  it('is surer the more frames agree, less sure when a sure frame contradicts', () => {
    const [one, two, nine] = [1, 2, 9].map((n) =>
      vote(Array.from({ length: n }, () => reading('7ABC123', 0.7))),
    )
    expect(two!.confidence).toBeGreaterThan(one!.confidence)
    expect(nine!.confidence).toBeGreaterThan(two!.confidence)
    expect(vote([reading('7ABC123', 0.9), reading('7ABC124', 0.85)]).confidence).toBeLessThan(0.7)
  })

  it('takes the likeliest region of all frames, ignoring those without one', () => {
    const votes = vote([
      reading('7ABC123', 0.9, 'us-ca'),
      reading('7ABC123', 0.8, 'us-ca'),
      reading('7ABC123', 0.9, 'us-nv'),
      reading('7ABC123', 0.9),
    ])
    expect(votes.region).toBe('us-ca')
    expect(votes.regionConfidence).toBeCloseTo(0.52, 1)
  })

  it('does not depend on the order of the frames', () => {
    const seeds = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer(), fc.integer())
    fc.assert(
      fc.property(seeds, ([count, seed, shuffle]) => {
        const frames = noisy('7ABC123', count, seed)
        const rng = random(shuffle)
        const shuffled = frames
          .map((frame) => ({ frame, key: rng.next() }))
          .sort((a, b) => a.key - b.key)
          .map(({ frame }) => frame)
        expect(vote(shuffled)).toEqual(vote(frames))
      }),
      { numRuns: 40 },
    )
  })

  it('is always a possible plate with a probability and a character entry for each character', () => {
    const frames = fc.array(
      fc.tuple(fc.stringMatching(/^[A-Z0-9]{1,10}$/), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(frames, (some) => {
        const { text, chars, confidence } = vote(some.map(([text, sure]) => reading(text, sure)))
        expect(text).toMatch(/^[A-Z0-9]{1,10}$/)
        expect(chars.map(({ char }) => char).join('')).toBe(text)
        expect(confidence).toBeGreaterThanOrEqual(0)
        expect(confidence).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is right more often than the surest frame, and does not claim too much', () => {
    const plates = Array.from({ length: 150 }, (_, i) => `7ABC${100 + i}`)
    let [voted, best, claimed] = [0, 0, 0]
    for (const [seed, plate] of plates.entries()) {
      const frames = noisy(plate, 8, seed, 1.1)
      const result = vote(frames)
      const surest = frames.reduce((a, b) => (b.confidence > a.confidence ? b : a))
      if (result.text === plate) voted++
      if (surest.text === plate) best++
      claimed += result.confidence
    }
    expect(voted).toBeGreaterThan(best)
    // The errors of these frames are independent; the vote must allow for ones that are not.
    expect(claimed).toBeLessThan(voted)
    expect(claimed / plates.length).toBeGreaterThan(0.7)
  })
})

/** Seven characters each: the misread ones stand in for, not beside, the right ones. */
function only7(finding: PlateFinding): PlateFinding {
  const chars = finding.chars.slice(0, 7)
  return { ...finding, chars, text: chars.map(({ char }) => char).join('') }
}
