import { createClockSteps } from '@sightline/edge-agent/camera/clock-steps'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { type Bench, frameOf, openSpools, sight, startBench, takeReads } from './bench.ts'

/** A live camera whose host's clock is set while it runs: its frames are stamped by that clock. */

const BEGIN = Date.parse('2026-11-24T03:05:00.000Z')
const HOUR = 3_600_000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let spools: Awaited<ReturnType<typeof openSpools>>
let host: ReturnType<typeof startHost>
beforeEach(async () => {
  folder = await temporaryFolder()
  spools = await openSpools(folder.path)
  host = startHost()
})
afterEach(async () => {
  await host.bench.camera.close()
  await spools.reads.close()
  await spools.pictures.close()
  await folder.remove()
})

/** A host whose time and clock the test controls. */
function startHost() {
  let passed = 0
  let set = 0
  let fed = 0
  const clock = () => BEGIN + passed + set
  const bench: Bench = startBench({ spools, live: true, resumes: 'none', clock, steady: () => passed })
  const worked = () => {
    const { framesProcessed, framesStill } = bench.camera.health.report(clock())
    return framesProcessed + framesStill
  }
  return {
    bench,
    report: () => bench.camera.health.report(clock()),
    setClock(byMs: number) {
      set += byMs
    },
    pass(ms: number) {
      passed += ms
    },
    /** Frames, five a second, each worked on before the next. @param plates what each of them shows */
    async see(frames: number, ...plates: string[]) {
      for (let n = 0; n < frames; n++) {
        passed += 200
        const sights = plates.map((plate, lane) => sight(plate, 12 - 0.4 * n - 20 * lane, 0.05))
        bench.feed(frameOf(`f${fed++}`, clock(), sights))
        await vi.waitFor(() => expect(worked()).toBe(fed), { timeout: 30_000, interval: 2 })
      }
    },
    async reads() {
      bench.end()
      await bench.camera.done
      return takeReads(spools.reads)
    },
  }
}

describe.each([
  ['forward by an hour', HOUR],
  ['forward by a year', 365 * 24 * HOUR],
  ['forward by five seconds', 5_000],
  ['back by an hour', -HOUR],
  ['back by five seconds', -5_000],
])('when the clock is set %s', (_what, step) => {
  test('while a vehicle is in view, it gives one read, and those before and after stay in order', async () => {
    await host.see(8, '7ABC123')
    await host.see(15)
    await host.see(5, '8XYZ456')
    host.setClock(step)
    await host.see(5, '8XYZ456')
    await host.see(15)
    await host.see(8, '5DEF789')
    const reads = await host.reads()
    expect(reads.map(({ plate }) => plate)).toEqual(['7ABC123', '8XYZ456', '5DEF789'])
    expect(Date.parse(reads[2]!.seenAt)).toBeGreaterThan(BEGIN + step)
  })

  test('while a vehicle stands there that was already read, it is not read again', async () => {
    await host.see(30, '7ABC123')
    expect(spools.reads.stats().entries).toBe(1)
    host.setClock(step)
    await host.see(30, '7ABC123')
    expect((await host.reads()).map(({ plate }) => plate)).toEqual(['7ABC123'])
  })

  test('just after a vehicle has left, it is read, and the next one too', async () => {
    await host.see(5, '7ABC123')
    host.setClock(step)
    await host.see(15)
    await host.see(5, '8XYZ456')
    expect((await host.reads()).map(({ plate }) => plate)).toEqual(['7ABC123', '8XYZ456'])
  })

  test('the camera works on, and its health report says what happened', async () => {
    await host.see(5)
    host.setClock(step)
    expect(host.bench.camera.health.changed()).toBe(false)
    await host.see(5)
    const { state, lastError } = host.report()
    expect(state).toBe('ok')
    const way = step > 0 ? 'forward' : 'back'
    // What a tracker does not even notice is not worth a word.
    if (Math.abs(step) < 10_000) expect(lastError).toBeNull()
    else
      expect(lastError).toMatchObject({
        code: 'CLOCK_WRONG',
        message: `the clock of this host was set ${way} by ${Math.abs(step) / 1000} s`,
      })
  })
})

test('an hour without frames is not taken for a changed clock: the same plate passes a second time', async () => {
  await host.see(5, '7ABC123')
  host.pass(HOUR)
  await host.see(5, '7ABC123')
  expect((await host.reads()).map(({ plate }) => plate)).toEqual(['7ABC123', '7ABC123'])
  expect(host.report().lastError).toBeNull()
})

test('frames that come in bursts are not taken for a changed clock', () => {
  const step = createClockSteps()
  for (let n = 0; n < 100; n++) expect(step(BEGIN + n * 100, Math.ceil(n / 30) * 3_000)).toBe(0)
})
