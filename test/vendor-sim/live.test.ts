import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { CATCH_UP_MS, type Feed, followClock, toHistory } from '@sightline/vendor-sim/live'
import { openPosition } from '@sightline/vendor-sim/position'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'

const START = Date.parse('2026-11-24T03:00:00.000Z')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

interface Step {
  from: number
  to: number
  again: boolean
}

/** A feed on a clock that stands `seconds` after the position; collects its steps. */
async function feed(change: Partial<Feed> = {}, seconds = 30) {
  const stopping = new AbortController()
  const steps: Step[] = []
  const position = change.position ?? (await openPosition(join(folder.path, 'until'), START))
  const now = START + seconds * 1000
  const running = followClock({
    ...{ position, intervalMs: 5, longestMs: 7000, clock: () => now, log: quiet, signal: stopping.signal },
    deliver: async (from, to, again) => {
      steps.push({ from, to, again })
    },
    ...change,
  })
  return { running, steps, position, now, stop: () => stopping.abort() }
}

describe('followClock', () => {
  it('delivers everything up to now, without gap or overlap, in limited steps, and keeps its position (QRY-9)', async () => {
    const { running, steps, position, now, stop } = await feed()
    await expect.poll(() => position.at).toBe(now)
    stop()
    await running
    expect(steps[0]!.from).toBe(START)
    expect(steps.at(-1)!.to).toBe(now)
    for (const [i, { from, to }] of steps.entries()) {
      if (i > 0) expect(from).toBe(steps[i - 1]!.to)
      expect(to - from).toBeLessThanOrEqual(7000)
    }
    expect(JSON.parse(await readFile(join(folder.path, 'until'), 'utf8'))).toMatchObject({
      since: START,
      at: now,
    })
  })

  it('stays at its position while a delivery fails, and says so to the next one', async () => {
    const refusing = await feed({ deliver: () => Promise.reject(new Error('disk full')) })
    await expect(refusing.running).rejects.toThrow('disk full')
    const position = await openPosition(join(folder.path, 'until'), 0)
    expect(position).toMatchObject({ at: START, announced: START + 7000 })

    const next = await feed({ position, longestMs: 1000 })
    await expect.poll(() => next.position.at).toBe(next.now)
    next.stop()
    await next.running
    // Exactly the announced step, although steps are shorter now.
    expect(next.steps[0]).toEqual({ from: START, to: START + 7000, again: true })
    expect(next.steps.slice(1).every(({ again }) => !again)).toBe(true)
  })

  it('leaves out what is older than the retention', async () => {
    const late = await feed({ catchUpMs: CATCH_UP_MS, longestMs: 3_600_000 }, 3 * 24 * 3600)
    await expect.poll(() => late.position.at, { timeout: 30_000 }).toBe(late.now)
    late.stop()
    await late.running
    expect(late.steps[0]!.from).toBe(late.now - CATCH_UP_MS)
  })
})

describe('toHistory', () => {
  const at = [START, START + 1000] as const

  it('retries while ClickHouse refuses, then writes only what is missing', async () => {
    const calls: string[] = []
    let refusals = 2
    const attempt = (name: string) => async () => {
      calls.push(name)
      if (refusals-- > 0) throw new SightlineError('HISTORY_UNAVAILABLE', 'connect ECONNREFUSED')
    }
    const simulation = { write: attempt('write'), writeMissing: attempt('missing') }
    await toHistory(simulation, quiet, new AbortController().signal)(...at, false)
    expect(calls).toEqual(['write', 'missing', 'missing'])
    await toHistory(simulation, quiet, new AbortController().signal)(...at, true)
    expect(calls.at(-1)).toBe('missing')
  })

  it('stops retrying when the vendor stops', async () => {
    const away = () => Promise.reject(new SightlineError('HISTORY_UNAVAILABLE', 'away'))
    const stopping = new AbortController()
    const attempt = toHistory({ write: away, writeMissing: away }, quiet, stopping.signal)(...at, false)
    setTimeout(() => stopping.abort(), 50)
    await expect(attempt).rejects.toThrow()
  })
})

describe('openPosition', () => {
  it.each(['', 'not a date', '{"at":"x"}', '2026-11-24T03:00:00.000Z'])(
    'begins again when the file contains %j',
    async (text) => {
      const path = join(folder.path, 'until')
      await mkdir(folder.path, { recursive: true })
      await writeFile(path, text)
      expect(await openPosition(path, START)).toMatchObject({ since: START, at: START, announced: null })
    },
  )
})
