import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SightlineError } from '../../schemas/errors.ts'
import type { Read } from '../../schemas/read.ts'
import type { History } from '../../vendor-sim/history/store.ts'
import { CATCH_UP_MS, type Feed, followClock, liveReads, toHistory } from '../../vendor-sim/live.ts'
import { openPosition } from '../../vendor-sim/position.ts'
import { createWorld } from '../../vendor-sim/world/world.ts'
import { quiet, temporaryFolder } from '../support/broker.ts'

const world = createWorld({ seed: 3, vehicles: 50, cameras: 20 })
const START = Date.parse('2026-11-24T03:00:00.000Z')
const RATE = 10

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

/** A feed on a clock that stands `seconds` after the position; collects what is delivered until `enough`. */
async function feed(change: Partial<Feed> = {}, seconds = 30) {
  const stopping = new AbortController()
  const delivered: Read[] = []
  const position = change.position ?? (await openPosition(join(folder.path, 'until'), START))
  const now = START + seconds * 1000
  const running = followClock({
    ...{ world, rate: RATE, position, intervalMs: 5, clock: () => now, log: quiet, signal: stopping.signal },
    deliver: async (reads) => {
      delivered.push(...reads)
    },
    ...change,
  })
  return { running, delivered, position, now, stop: () => stopping.abort() }
}

describe('followClock', () => {
  it('delivers all that the cameras saw up to now, once and in order, and keeps its position', async () => {
    const { running, delivered, position, now, stop } = await feed()
    await expect.poll(() => position.at).toBe(now)
    stop()
    await running
    expect(delivered).toEqual(liveReads(world, RATE, START, now))
    expect(delivered.length).toBeGreaterThanOrEqual(300)
    const kept = await readFile(join(folder.path, 'until'), 'utf8')
    expect(Date.parse(kept.trim())).toBe(now)
  })

  it('stays at its position while a delivery does not succeed', async () => {
    const refusing = await feed({ deliver: () => Promise.reject(new Error('disk full')) })
    await expect(refusing.running).rejects.toThrow('disk full')
    expect(refusing.position.at).toBe(START)
  })

  it('goes on where it was: nothing is delivered twice after a clean restart', async () => {
    const first = await feed({}, 10)
    await expect.poll(() => first.position.at).toBe(first.now)
    first.stop()
    await first.running
    const second = await feed({ position: await openPosition(join(folder.path, 'until'), 0) }, 20)
    await expect.poll(() => second.position.at).toBe(second.now)
    second.stop()
    await second.running
    expect([...first.delivered, ...second.delivered]).toEqual(liveReads(world, RATE, START, START + 20_000))
  })

  it('bounds what is in flight, also after a long absence', async () => {
    const sizes: number[] = []
    const late = await feed(
      {
        rate: 0.5,
        deliver: async (reads) => {
          sizes.push(reads.length)
        },
      },
      3 * 24 * 3600,
    )
    await expect.poll(() => late.position.at, { timeout: 20_000 }).toBe(late.now)
    late.stop()
    await late.running
    expect(Math.max(...sizes)).toBeLessThan(1200)
    // A day back, as long as the stream keeps reads; what is older is history.
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan((0.5 * CATCH_UP_MS) / 1000 + 500)
  })
})

describe('toHistory', () => {
  it('tries again while ClickHouse refuses, and loses nothing', async () => {
    let refusals = 2
    const kept: Read[] = []
    const history: Pick<History, 'insert'> = {
      insert: async (reads) => {
        if (refusals-- > 0) throw new SightlineError('HISTORY_UNAVAILABLE', 'connect ECONNREFUSED')
        kept.push(...reads)
      },
    }
    const reads = liveReads(world, RATE, START, START + 1000)
    await toHistory(history as History, quiet, new AbortController().signal)(reads)
    expect(kept).toEqual(reads)
  })

  it('ends its attempts when the vendor stops', async () => {
    const history = { insert: () => Promise.reject(new SightlineError('HISTORY_UNAVAILABLE', 'away')) }
    const stopping = new AbortController()
    const attempt = toHistory(history as unknown as History, quiet, stopping.signal)([])
    setTimeout(() => stopping.abort(), 50)
    await expect(attempt).rejects.toThrow()
  })
})

describe('openPosition', () => {
  it.each(['', 'not a date', '{"at":1}'])('begins anew when the file holds %j', async (text) => {
    const path = join(folder.path, 'until')
    await mkdir(folder.path, { recursive: true })
    await writeFile(path, text)
    expect((await openPosition(path, START)).at).toBe(START)
  })
})
