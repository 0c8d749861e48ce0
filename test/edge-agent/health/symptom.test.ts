import { type Measures, measure } from '@sightline/edge-agent/health/measures'
import { keepState, type SeenState } from '@sightline/edge-agent/health/state'
import { createSymptoms } from '@sightline/edge-agent/health/symptom'
import type { Pixels } from '@sightline/recognition/picture'
import { random } from '@sightline/vendor-sim/world/random'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { blurred, exposed, road, turned, uniform, upsideDown } from './scenes.ts'

const rng = random('health')

/** A camera that is watched, a frame a second. */
function watch({ kind = 'fixed' } = {}) {
  const symptoms = createSymptoms(kind === 'fixed')
  const keeper = keepState(0)
  const states: SeenState[] = []
  let now = 0
  return {
    symptoms,
    keeper,
    states,
    /** @param frame what it sees in second n */
    see(seconds: number, frame: (n: number) => Measures, everyMs = 1000) {
      for (let n = 0; n < seconds; n += everyMs / 1000) {
        now += everyMs
        const symptom = symptoms.look(everyMs, frame(n), keeper.state)
        if (keeper.add(symptom, everyMs, now)) states.push(keeper.state)
      }
      return this
    },
  }
}

/** A scene with its noise: some frames, taken in turn by chance, which are measured once. */
function noisy(frame: Pixels, options?: { gain?: number; noise?: number }): () => Measures {
  const frames = Array.from({ length: 4 }, () => measure(exposed(frame, rng, options)))
  let last = -1
  return () => {
    last = (last + rng.whole(1, 3)) % 4
    return frames[last]!
  }
}

const places: Pixels[] = []
const traffic: Pixels[] = []
beforeAll(async () => {
  for (const place of [1, 2, 3]) {
    places.push(await road(place))
    for (const vehicles of [1, 2]) traffic.push(await road(place, vehicles))
  }
})

describe('the status of a camera', () => {
  test('is ok from the start, and stays ok on a still road', () => {
    const camera = watch().see(400, noisy(places[0]!))
    expect(camera.states).toEqual([])
    expect(camera.keeper).toMatchObject({ state: 'ok', since: 0 })
  })

  test('is blind when the lens is covered, with the time, and ok again afterward', () => {
    const see = noisy(places[0]!)
    const camera = watch()
      .see(60, see)
      .see(40, noisy(uniform(3)))
    expect(camera.states).toEqual(['blind'])
    expect(camera.keeper.since).toBe(61_000)
    expect(camera.see(40, see).states).toEqual(['blind', 'ok'])
  })

  test('is blind when the picture is washed out', () => {
    expect(
      watch()
        .see(60, noisy(places[0]!))
        .see(40, noisy(uniform(250))).states,
    ).toEqual(['blind'])
  })

  test('is not blind while a hand passes over the lens', () => {
    const see = noisy(places[0]!)
    expect(
      watch()
        .see(60, see)
        .see(8, noisy(uniform(40)))
        .see(60, see).states,
    ).toEqual([])
  })

  test('is dark after dusk, not blind', () => {
    const camera = watch()
    for (const gain of [0.6, 0.4, 0.3, 0.2, 0.15, 0.1, 0.06, 0.04])
      camera.see(60, noisy(places[0]!, { gain, noise: 1 }))
    camera.see(120, noisy(uniform(2), { noise: 2 }))
    expect(camera.states.at(-1)).toBe('dark')
    expect(camera.states).not.toContain('blind')
  })

  test('is ok in the dark for a camera that has read plates there', () => {
    const camera = watch().see(30, noisy(uniform(2), { noise: 2 }))
    camera.symptoms.plateRead()
    expect(camera.see(600, noisy(uniform(2), { noise: 2 })).states).toEqual([])
  })

  test('is unsharp when the focus is lost, compared with the camera’s own history', async () => {
    const camera = watch().see(200, noisy(places[1]!))
    const before = camera.symptoms.sharpness()!
    camera.see(300, noisy(await blurred(places[1]!, 2)))
    expect(camera.states).toEqual(['unsharp'])
    expect(camera.symptoms.sharpness()!).toBeLessThan(0.6 * before)
  })

  test('is unsharp from the start when nothing can be read at that sharpness', async () => {
    expect(watch().see(200, noisy(await blurred(places[1]!, 5), { noise: 1 })).states).toEqual(['unsharp'])
  })

  test('is frozen when the same picture comes for a minute, whatever its built-in clock shows', () => {
    const frame = exposed(places[0]!, rng)
    const corner = (n: number): Measures => {
      const data = frame.data.slice()
      data.fill(n % 256, 0, 600)
      return measure({ ...frame, data })
    }
    const camera = watch().see(30, noisy(places[0]!)).see(90, corner)
    expect(camera.states).toEqual(['frozen'])
    expect(camera.see(30, noisy(places[0]!)).states).toEqual(['frozen', 'ok'])
  })

  test('is not frozen when a compressed stream repeats a frame for seconds', () => {
    const see = noisy(places[0]!)
    const repeated = measure(places[0]!)
    const camera = watch()
    for (let n = 0; n < 5; n++) camera.see(20, () => repeated).see(1, see)
    expect(camera.states).toEqual([])
  })

  test.each([
    [24, 0],
    [0, 20],
    [-30, 15],
  ])('is moved when it was turned by %i, %i pixels', async (x, y) => {
    const before = noisy(await turned(places[0]!, 0, 0))
    const camera = watch()
      .see(200, before)
      .see(400, noisy(await turned(places[0]!, x, y)))
    expect(camera.states).toEqual(['moved'])
    // Turned back: the reference is still what it was.
    expect(camera.see(400, before).states).toEqual(['moved', 'ok'])
  })

  test('is moved when the view changed for long, and ok when it proves to be intended', async () => {
    const camera = watch().see(200, noisy(places[1]!))
    const other = noisy(await upsideDown(places[1]!))
    expect(camera.see(1000, other, 5000).states).toEqual([])
    expect(camera.see(1000, other, 5000).states).toContain('moved')
    expect(camera.see(2 * 3600, other, 10_000).states.at(-1)).toBe('ok')
  })

  test('is never moved for a camera in a vehicle', () => {
    const camera = watch({ kind: 'mobile' }).see(200, noisy(places[1]!)).see(2000, noisy(places[2]!), 5000)
    expect(camera.states).not.toContain('moved')
  })
})

describe('a still scene', () => {
  test('is neither moved nor frozen, whatever noise and exposure do', () => {
    const step = fc.record({
      gain: fc.double({ min: 0.5, max: 1.3, noNaN: true }),
      noise: fc.double({ min: 1, max: 12, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat(2), (steps, place) => {
        const camera = watch().see(300, noisy(places[place]!), 5000)
        for (const change of steps) camera.see(200, noisy(places[place]!, change), 5000)
        expect(camera.states).not.toContain('moved')
        expect(camera.states).not.toContain('frozen')
      }),
      { numRuns: 6 },
    )
  }, 120_000)

  test('is not moved by vehicles that pass or wait in it', () => {
    const vehicle = fc.record({
      which: fc.nat(1),
      stays: fc.integer({ min: 1, max: 600 }),
      gap: fc.integer({ min: 5, max: 120 }),
    })
    fc.assert(
      fc.property(fc.array(vehicle, { minLength: 1, maxLength: 6 }), fc.nat(2), (passes, place) => {
        const empty = noisy(places[place]!)
        const camera = watch().see(300, empty, 5000)
        for (const { which, stays, gap } of passes) {
          camera.see(stays, noisy(traffic[2 * place + which]!), 5000).see(gap, empty, 5000)
        }
        expect(camera.states).not.toContain('moved')
      }),
      { numRuns: 6 },
    )
  }, 120_000)
})
