import { learnFixtures } from '@sightline/edge-agent/tracking/fixtures'
import { createTracker, type Pass } from '@sightline/edge-agent/tracking/tracker'
import type { Box } from '@sightline/recognition/geometry'
import { random } from '@sightline/vendor-sim/world/random'
import { describe, expect, test } from 'vitest'
import { finding, SIZE } from './traffic.ts'

/** What a camera writes into its picture, and signs, against vehicles that park. */

const CAPTION: Box = [20, 20, 160, 32]
const BAY: Box = [600, 400, 120, 30]

/** What is seen at an instant, ms: texts and where they are. */
type Seen = (at: number) => readonly (readonly [text: string, box: Box])[]

/** A frame a second, as a still scene is looked at; each that is no fixture is a read. */
function reads(seconds: number, seen: Seen, fixtures = learnFixtures()): string[] {
  const tracker = createTracker()
  const out: string[] = []
  const take = (passes: readonly Pass[]) => {
    for (const pass of passes) if (!fixtures.isFixture(pass)) out.push(pass.text)
  }
  for (let n = 0; n < seconds; n++) {
    const findings = seen(n * 1000).map(([text, box], i) => {
      const rng = random('fixture', n, i)
      const jitter = (size: number) => rng.normal(0, 0.004 * size)
      const [x, y, w, h] = box
      return { ...finding(text, [x + jitter(w), y + jitter(h), w, h], 0, rng), confidence: 0.95 }
    })
    take(tracker.update(1e12 + n * 1000, findings, SIZE))
  }
  take(tracker.flush())
  return out
}

const clock = (at: number) => new Date(at).toISOString().slice(11, 19).replaceAll(':', '')

describe('text that never moves', () => {
  test('such as a clock is never read', () => {
    expect(reads(120, (at) => [[clock(at), CAPTION]])).toEqual([])
  })

  test('such as a name that is lost and found again is left out after a few times, also after a restart', () => {
    // Found for a minute, lost for ten: glare, or a lamp behind it.
    const flickering: Seen = (at) => (Math.floor(at / 60_000) % 11 === 0 ? [['GATE01', CAPTION]] : [])
    const fixtures = learnFixtures()
    const found = reads(10 * 660, flickering, fixtures)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThanOrEqual(3)
    const again = learnFixtures(JSON.parse(JSON.stringify(fixtures.save())))
    expect(reads(3 * 660, flickering, again)).toEqual([])
    // The same text elsewhere is a vehicle.
    expect(reads(60, () => [['GATE01', BAY]], again)).toEqual(['GATE01'])
  })

  test('and stays in sight is one read and no more', () => {
    expect(reads(3600, () => [['SPEED45', CAPTION]])).toEqual(['SPEED45'])
  })
})

describe('a parked car', () => {
  test('is one read, however long it stays', () => {
    expect(reads(3600, () => [['7ABC123', BAY]])).toEqual(['7ABC123'])
  })

  test('that comes back every day, never to exactly the same place, is read every day', () => {
    const rng = random('parking')
    const places = Array.from({ length: 12 }, () => rng.normal(0, 0.4) * BAY[2])
    const daily: Seen = (at) => {
      const day = Math.floor(at / 900_000)
      if (at % 900_000 > 300_000) return []
      return [['7ABC123', [BAY[0] + (places[day] ?? 0) + day * 12, BAY[1] + day, BAY[2], BAY[3]]]]
    }
    expect(reads(12 * 900, daily)).toEqual(Array(12).fill('7ABC123'))
  })

  test('that is seen in its bay for a year, sometimes in the same place by chance, is read each time', () => {
    const rng = random('a year in one bay')
    const fixtures = learnFixtures()
    const read = Array.from({ length: 365 }, (_, day) => {
      // Against a curb: to a hand's breadth from side to side, and as far as the wheels let it go.
      const [x, y] = [rng.normal(0, 0.15) * BAY[2], rng.normal(0, 0.03) * BAY[2]]
      const place: Box = [BAY[0] + x, BAY[1] + y, BAY[2], BAY[3]]
      const last = 1e12 + day * 86_400_000 + rng.normal(0, 1) * 3_600_000
      return !fixtures.isFixture({ text: '7ABC123', place, wander: 0, isChanging: false, last })
    })
    expect(read.filter(Boolean)).toHaveLength(365)
  })

  test('is read when another takes its place, and when its text is sometimes misread', () => {
    expect(reads(900, (at) => [[at < 300_000 ? '7ABC123' : '8XYZ456', BAY]])).toEqual(['7ABC123', '8XYZ456'])
    const misread: Seen = (at) => [[at % 4000 === 0 ? '7A8C123' : '7ABC123', BAY]]
    expect(reads(120, misread)).toEqual(['7ABC123'])
  })
})
