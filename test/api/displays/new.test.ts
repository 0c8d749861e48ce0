import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import { newDisplay } from '@sightline/api/displays/steps'
import { displayIsActive, displayParser, type NewDisplay, validationEnds } from '@sightline/schemas/display'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dayOf, endOfDay } from '../../../console/ui/time.ts'

/** One on which clocks are set back. */
const LONGEST_DAY = 25 * 3_600_000
const NOW = Date.UTC(2026, 10, 24, 3)
const request: NewDisplay = {
  plate: '7abc-123',
  reason: 'stolen vehicle',
  caseRef: 'CASE-1',
  confirmNotice: DISPLAY_NOTICE.version,
}

describe('a new display', () => {
  it('is what was asked for, with the plate in normal form', () => {
    const display = newDisplay({ ...request, region: 'us-ca', priority: 'high' }, 'developer', NOW)
    expect(displayParser.check(display)).toBe(true)
    expect(display).toMatchObject({
      plate: '7ABC123',
      region: 'us-ca',
      priority: 'high',
      owner: 'developer',
      state: 'active',
      createdAt: '2026-11-24T03:00:00.000Z',
      expiresAt: '2027-11-24T03:00:00.000Z',
    })
  })

  it('keeps its limits, and leaves out what was not asked for', () => {
    const narrowed = { minProbability: 0.6, only: { makes: ['Ford'] }, portsOfEntry: ['2504'] }
    const display = newDisplay({ ...request, plate: '7ab? [b8]*', ...narrowed }, 'developer', NOW)
    expect(displayParser.check(display)).toBe(true)
    expect(display).toMatchObject({ plate: '7AB?[B8]*', ...narrowed })
    const plain = newDisplay(request, 'developer', NOW)
    for (const name of Object.keys(narrowed)) expect(plain).not.toHaveProperty(name)
  })

  it.each([
    ['plate', { plate: 'A*' }, 'RULE_BROKEN'],
    ['plate', { plate: '7AB[' }, 'PLATE_IMPOSSIBLE'],
    ['plate', { plate: '7ABC123?????' }, 'RULE_BROKEN'],
    ['only/times/timeZone', { only: { times: { timeZone: 'Mars/Olympus' } } }, 'RULE_BROKEN'],
    ['portsOfEntry', { portsOfEntry: ['9999'] }, 'RULE_BROKEN'],
  ])('refuses a wrong %s, and names it: %j', (field, change, code) => {
    expect(() => newDisplay({ ...request, ...change }, 'developer', NOW)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(field) }),
    )
  })

  it.each(['-', 'ABC!23', 'ÄÖ漢', 'ABCDEFGHIJK'])('refuses the impossible plate %s', (plate) => {
    expect(() => newDisplay({ ...request, plate }, 'developer', NOW)).toThrow(
      expect.objectContaining({ code: 'PLATE_IMPOSSIBLE' }),
    )
  })

  it('lives at most a year, whenever it is created (DSP-3)', () => {
    const day = 86_400_000
    const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2090, 0, 1) })
    fc.assert(
      fc.property(time, fc.integer({ min: -day, max: 400 * day }), (now, ahead) => {
        const expiresAt = new Date(now + ahead).toISOString()
        const latest = validationEnds(new Date(now)).getTime()
        const make = () => newDisplay({ ...request, expiresAt }, 'developer', now)
        if (ahead <= 0 || now + ahead >= latest + LONGEST_DAY) {
          expect(make).toThrow(expect.objectContaining({ code: 'RULE_BROKEN' }))
          return
        }
        expect(displayIsActive(make(), now)).toBe(true)
        expect(displayIsActive(make(), latest)).toBe(false)
      }),
    )
  })

  it('accepts a last day a year ahead, in whatever zone and at whatever hour (DSP-3)', () => {
    const own = process.env.TZ
    onTestFinished(() => {
      if (own === undefined) delete process.env.TZ
      else process.env.TZ = own
    })
    const zone = fc.constantFrom(
      ...['UTC', 'America/Los_Angeles', 'America/St_Johns', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'],
      ...['Australia/Lord_Howe', 'Europe/Berlin'],
    )
    const hour = 3_600_000
    // Hours beside midnight and days beside a change of clocks are where it fails, if it does.
    const anyTime = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2060, 0, 1) })
    const byMidnight = fc
      .tuple(fc.integer({ min: 0, max: 13_000 }), fc.integer({ min: -2 * hour, max: 2 * hour }))
      .map(([day, off]) => Date.UTC(2024, 0, 1 + day) + 10 * hour + off)
    fc.assert(
      fc.property(zone, fc.oneof(anyTime, byMidnight), (TZ, now) => {
        process.env.TZ = TZ
        const [year, ...rest] = dayOf(new Date(now).toISOString()).split('-')
        const sameDay = [Number(year) + 1, ...rest].join('-').replace('-02-29', '-02-28')
        // Where it is March already, a year that ends in February by UTC may have a leap day more: who picks a day is
        // offered this one as the last.
        const isFebruary = new Date(now).getUTCMonth() === 1
        const day = isFebruary ? dayOf(validationEnds(new Date(now)).toISOString()) : sameDay
        const { expiresAt } = newDisplay({ ...request, expiresAt: endOfDay(day) }, 'developer', now)
        const latest = validationEnds(new Date(now)).toISOString()
        expect(expiresAt <= latest).toBe(true)
        // It holds on that day; or until an hour before, where clocks are set otherwise by then.
        expect(endOfDay(day) >= expiresAt).toBe(true)
        expect(Date.parse(endOfDay(day)) - Date.parse(expiresAt)).toBeLessThan(LONGEST_DAY)
        const muchLater = new Date(Date.parse(latest) + 2 * LONGEST_DAY).toISOString()
        expect(() => newDisplay({ ...request, expiresAt: muchLater }, 'developer', now)).toThrow(/DSP-3/)
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses a day that does not exist', () => {
    const expiresAt = '2027-02-31T00:00:00.000Z'
    expect(() => newDisplay({ ...request, expiresAt }, 'developer', NOW)).toThrow(
      expect.objectContaining({ code: 'MESSAGE_INVALID' }),
    )
  })

  it('has an id that sorts by creation', () => {
    const ids = [0, 1, 999, 10 ** 9].map((later) => newDisplay(request, 'developer', NOW + later).id)
    expect([...ids].sort()).toEqual(ids)
  })
})
