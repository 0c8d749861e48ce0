import { emptyFile, STEPS, withRequest, withStep } from '@sightline/api/access/requests'
import { grantedSources, isAnalyst, isCertified } from '@sightline/api/access/validity'
import type { AccessAction, AccessFile } from '@sightline/schemas/access-request'
import { SightlineError } from '@sightline/schemas/errors'
import type { Role } from '@sightline/schemas/person'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const HOUR = 3_600_000
const start = Date.UTC(2026, 10, 24)
const ask = { id: 'r1', need: 'plates of stolen vehicles at the port', sources: ['edge', 'sim'] }

/** People around a request of `anna`, whose supervisor is `sue`. */
const PEOPLE: Record<string, Role[]> = {
  anna: ['analyst'],
  annaAsOwner: ['system-owner', 'supervisor'],
  sue: ['supervisor'],
  sid: ['supervisor'],
  olga: ['system-owner'],
  otto: ['system-owner'],
  both: ['supervisor', 'system-owner'],
  adam: ['administrator', 'oversight'],
}
const names = Object.keys(PEOPLE)
const step = (action: AccessAction, id: string, supervisor = 'sue') => ({
  ...{ action, reason: 'because it is so', supervisor },
  by: { id: id === 'annaAsOwner' ? 'anna' : id, roles: PEOPLE[id]! },
})
const requested = () => withRequest(emptyFile('anna'), ask, start)
const stateOf = (file: AccessFile) => file.requests[0]!.state

describe('a request for access (ACC-1)', () => {
  it('is granted by a supervisor, then a system owner; that certifies it for a year (ACC-4)', () => {
    const approved = withStep(requested(), 'r1', step('approve', 'sue'), start + HOUR)
    expect([stateOf(approved), isAnalyst(approved)]).toEqual(['supervisor-approved', false])
    const granted = withStep(approved, 'r1', step('grant', 'olga'), start + 2 * HOUR)
    expect([stateOf(granted), isAnalyst(granted), grantedSources(granted)]).toEqual([
      'granted',
      true,
      ['edge', 'sim'],
    ])
    expect(granted.certification?.validUntil).toBe('2027-11-24T02:00:00.000Z')
    expect(granted.requests[0]!.steps.map(({ action, by }) => [action, by])).toEqual([
      ['request', 'anna'],
      ['approve', 'sue'],
      ['grant', 'olga'],
    ])
  })

  it.each([
    ['one approves their own', 'approve', 'annaAsOwner', 'anna', /nobody decides on their own/],
    ['another supervisor approves', 'approve', 'sid', 'sue', /own supervisor/],
    ['a system owner approves first', 'approve', 'olga', 'sue', /own supervisor/],
    ['an administrator approves', 'approve', 'adam', 'sue', /own supervisor/],
    ['a system owner refuses before the supervisor', 'refuse', 'olga', 'sue', /own supervisor/],
    ['another withdraws it', 'withdraw', 'sue', 'sue', /only the person who asked/],
    ['it is granted without approval', 'grant', 'olga', 'sue', /the step "grant" is not possible/],
    ['it is ended before it was granted', 'end', 'sue', 'sue', /the step "end" is not possible/],
  ] as const)('does not change state when %s', (_what, action, who, supervisor, message) => {
    expect(() => withStep(requested(), 'r1', step(action, who, supervisor), start)).toThrow(message)
  })

  it('is not granted by the person who approved it, though they have both offices', () => {
    const approved = withStep(requested(), 'r1', step('approve', 'both', 'both'), start)
    expect(() => withStep(approved, 'r1', step('grant', 'both', 'both'), start)).toThrow(
      /cannot grant it too/,
    )
    expect(() => withStep(approved, 'r1', step('grant', 'annaAsOwner'), start)).toThrow(/their own request/)
    expect(stateOf(withStep(approved, 'r1', step('grant', 'olga'), start))).toBe('granted')
  })

  it('is granted only by three people in their offices, whatever anybody tries, and never leaves an end state', () => {
    const anyStep = fc.record({
      action: fc.constantFrom<AccessAction>('request', 'approve', 'grant', 'refuse', 'withdraw', 'end'),
      who: fc.constantFrom(...names),
      supervisor: fc.constantFrom('sue', 'both', 'anna'),
    })
    const property = fc.property(fc.array(anyStep, { maxLength: 30 }), (tries) => {
      let file = requested()
      for (const { action, who, supervisor } of tries) {
        const before = stateOf(file)
        try {
          file = withStep(file, 'r1', step(action, who, supervisor), start)
        } catch (error) {
          expect(['CONFLICT', 'NOT_ALLOWED']).toContain((error as SightlineError).code)
          continue
        }
        expect(stateOf(file)).toBe(STEPS[before][action]?.to)
      }
      const { steps } = file.requests[0]!
      const by = (action: AccessAction) =>
        steps.filter((taken) => taken.action === action).map(({ by }) => by)
      const [approver, granter] = [by('approve')[0], by('grant')[0]]
      if (granter !== undefined) {
        expect(new Set(['anna', approver, granter]).size).toBe(3)
        expect(['sue', 'both']).toContain(approver)
        expect(['olga', 'otto', 'both']).toContain(granter)
      }
      expect(isAnalyst(file)).toBe(granter !== undefined && by('end').length === 0)
      if (isAnalyst(file)) expect(isCertified(file, start)).toBe(true)
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('is refused while three requests are open', () => {
    let file = emptyFile('anna')
    for (const id of ['a', 'b', 'c']) file = withRequest(file, { ...ask, id }, start)
    expect(() => withRequest(file, { ...ask, id: 'd' }, start)).toThrow(SightlineError)
    const fewer = withStep(file, 'b', step('withdraw', 'anna'), start)
    expect(withRequest(fewer, { ...ask, id: 'd' }, start).requests.length).toBe(4)
    expect(() => withStep(file, 'nothing', step('withdraw', 'anna'), start)).toThrow(/there is no request/)
  })

  it('granted after access lapsed does not revive earlier grants (ACC-4, ACC-6)', () => {
    const grant = (file: AccessFile, id: string, at: number) =>
      withStep(withStep(file, id, step('approve', 'sue'), at), id, step('grant', 'olga'), at)
    const first = grant(requested(), 'r1', start)
    const inTime = grant(
      withRequest(first, { ...ask, id: 'r2', sources: ['other'] }, start),
      'r2',
      start + HOUR,
    )
    expect(grantedSources(inTime)).toEqual(['edge', 'sim', 'other'])
    const late = start + 366 * 24 * HOUR
    const after = grant(withRequest(first, { ...ask, id: 'r2', sources: ['other'] }, late), 'r2', late)
    expect([grantedSources(after), after.requests.map(({ state }) => state)]).toEqual([
      ['other'],
      ['ended', 'granted'],
    ])
  })
})
