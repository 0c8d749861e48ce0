import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newDisplay } from '../../../api/displays/new-display.ts'
import { DISPLAY_NOTICE } from '../../../api/displays/notice.ts'
import { displayIsActive, displayReader, type NewDisplay, validationEnds } from '../../../schemas/display.ts'

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
    expect(displayReader.check(display)).toBe(true)
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

  it('keeps how it is narrowed, and leaves out what was not asked for', () => {
    const narrowed = { minProbability: 0.6, only: { makes: ['Ford'] }, portsOfEntry: ['2504'] }
    const display = newDisplay({ ...request, plate: '7ab? [b8]*', ...narrowed }, 'developer', NOW)
    expect(displayReader.check(display)).toBe(true)
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

  it('lives at most a year, whenever it is made (DSP-3)', () => {
    const day = 86_400_000
    const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2090, 0, 1) })
    fc.assert(
      fc.property(time, fc.integer({ min: -day, max: 400 * day }), (now, ahead) => {
        const expiresAt = new Date(now + ahead).toISOString()
        const latest = validationEnds(new Date(now)).getTime()
        const make = () => newDisplay({ ...request, expiresAt }, 'developer', now)
        if (ahead <= 0 || now + ahead > latest) {
          expect(make).toThrow(expect.objectContaining({ code: 'RULE_BROKEN' }))
          return
        }
        expect(displayIsActive(make(), now)).toBe(true)
        expect(displayIsActive(make(), latest)).toBe(false)
      }),
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
