import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openClockMemory } from '@sightline/api/federation/clock-memory'
import { boundsOf, forwardClock, RECENT_DAYS, windowBefore } from '@sightline/api/federation/window'
import { oldestAt } from '@sightline/schemas/year'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'

const DAY = 86_400_000
const iso = (at: number) => new Date(at).toISOString()
const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2090, 0, 1) })

describe('the limit of five years (QRY-4)', () => {
  it.each([
    ['2026-11-24T12:00:00.000Z', '2021-11-24T12:00:00.000Z'],
    ['2029-02-28T23:59:59.999Z', '2024-02-28T23:59:59.999Z'],
    ['2029-03-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    // Five years before a leap day there was none.
    ['2028-02-29T12:34:56.789Z', '2023-03-01T00:00:00.000Z'],
    ['2028-02-29T00:00:00.000Z', '2023-03-01T00:00:00.000Z'],
    ['2028-03-01T00:00:00.000Z', '2023-03-01T00:00:00.000Z'],
    // 2100 is no leap year.
    ['2104-02-29T06:00:00.000Z', '2099-03-01T00:00:00.000Z'],
  ])('at %s is %s', (now, oldest) => {
    expect(iso(oldestAt(Date.parse(now)))).toBe(oldest)
  })

  it('never lies further back than five years, and never moves back', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 400 * DAY }), (now, later) => {
        const days = (now - oldestAt(now)) / DAY
        expect(days).toBeGreaterThan(5 * 365 - 0.001)
        expect(days).toBeLessThanOrEqual(5 * 365 + 2)
        expect(oldestAt(now + later)).toBeGreaterThanOrEqual(oldestAt(now))
      }),
    )
  })
})

describe('the search window', () => {
  it('lies between five years ago and now, whatever is asked, or is refused', () => {
    const asked = fc.record({
      from: fc.option(instants, { nil: undefined }),
      to: fc.option(instants, { nil: undefined }),
    })
    fc.assert(
      fc.property(asked, instants, ({ from, to }, now) => {
        let bounds: ReturnType<typeof boundsOf>
        try {
          bounds = boundsOf(
            { ...(from !== undefined && { from: iso(from) }), ...(to !== undefined && { to: iso(to) }) },
            now,
          )
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/RULE_BROKEN|MESSAGE_INVALID/)
          return
        }
        expect(bounds.from).toBeGreaterThanOrEqual(bounds.oldest)
        expect(bounds.to).toBeLessThanOrEqual(now)
        expect(bounds.from).toBeLessThan(bounds.to)
        // What is given up is said.
        const isNarrower = (from !== undefined && bounds.from > from) || (to !== undefined && bounds.to < to)
        expect(bounds.narrowed.length > 0).toBe(isNarrower)
        const older = windowBefore(bounds)
        if (older) expect(older).toEqual({ from: iso(bounds.oldest), to: iso(bounds.from) })
      }),
    )
  })

  it('without a beginning is the 30 days before its end (QRY-3)', () => {
    const now = Date.parse('2026-11-24T12:00:00.000Z')
    const to = '2026-01-31T00:00:00.000Z'
    expect(boundsOf({ to }, now).from).toBe(Date.parse(to) - RECENT_DAYS * DAY)
    expect(boundsOf({ to: '2030-01-01T00:00:00.000Z' }, now).from).toBe(now - RECENT_DAYS * DAY)
  })
})

it('a clock that is set back is reported once, and does not count', () => {
  let now = 1000
  const told: number[] = []
  const clock = forwardClock(
    () => now,
    (byMs) => told.push(byMs),
  )
  expect(clock()).toBe(1000)
  now = 400
  expect([clock(), clock()]).toEqual([1000, 1000])
  now = 1001
  expect(clock()).toBe(1001)
  now = 1000
  expect(clock()).toBe(1001)
  expect(told).toEqual([600, 1])
})

describe('the memory of the clock (QRY-4)', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeEach(async () => {
    folder = await temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('keeps the time from going back when the clock is set back between two starts', () => {
    const told: number[] = []
    const started = (now: number) =>
      forwardClock(
        () => now,
        (byMs) => told.push(byMs),
        openClockMemory(folder.path),
      )
    const now = Date.UTC(2026, 10, 24)
    expect(started(now)()).toBe(now)
    expect(started(now - 400 * DAY)()).toBe(now)
    expect(told).toEqual([400 * DAY])
    expect(started(now + 1)()).toBe(now + 1)
    expect(told).toHaveLength(1)
  })

  it('is an error when it cannot be read or written: the limit would be a guess', async () => {
    const path = join(folder.path, 'latest-clock')
    await writeFile(path, 'yesterday')
    expect(() => openClockMemory(folder.path)).toThrow(/latest-clock/)
    await writeFile(path, iso(0))
    const clock = forwardClock(() => DAY, undefined, openClockMemory(folder.path))
    await mkdir(`${path}.new`)
    expect(() => clock()).toThrow(/cannot be written/)
  })
})
