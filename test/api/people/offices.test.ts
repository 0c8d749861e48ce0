import { withOffices } from '@sightline/api/people/offices'
import { newPerson } from '@sightline/api/sign-on/set-up'
import type { Office, Person, PersonChange } from '@sightline/schemas/person'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const OFFICES: Office[] = ['supervisor', 'system-owner', 'oversight', 'administrator']
const anna = newPerson({ id: 'anna', name: 'Anna', email: 'anna@agency.example' }, 'ada', 0)
const sue: Person = { ...anna, id: 'sue', offices: ['supervisor'] }
const change = (
  wanted: Omit<PersonChange, 'reason'>,
  more: { by?: string; isAnalyst?: boolean; named?: Person } = {},
) =>
  withOffices(
    anna,
    { ...wanted, reason: 'because it is so' },
    { by: 'ada', isAnalyst: false, named: undefined, ...more },
  )

describe('offices', () => {
  it('are kept apart: people who review or open accounts cannot grant, and have no access (ACC-1)', () => {
    const property = fc.property(fc.subarray(OFFICES), fc.boolean(), (offices, isAnalyst) => {
      const has = (office: Office) => offices.includes(office)
      const alone = has('administrator') || has('oversight')
      const isFine = !alone || (offices.length === 1 && !isAnalyst)
      const act = () => change({ offices }, { isAnalyst })
      if (isFine) expect(act().offices).toEqual(offices)
      else expect(act).toThrow(/\(ACC-1\)/)
    })
    fc.assert(property)
  })

  it('end all sessions when changed, like a suspension; a new supervisor does not', () => {
    expect(change({ offices: ['supervisor'] }).generation).toBe(1)
    expect(change({ suspended: true })).toMatchObject({ state: 'suspended', generation: 1 })
    expect(change({ supervisor: 'sue' }, { named: sue })).toMatchObject({ supervisor: 'sue', generation: 0 })
  })

  it.each([
    ['people change their own', () => change({ offices: [] }, { by: 'anna' }), /their own account/],
    ['people are their own supervisor', () => change({ supervisor: 'anna' }), /their own supervisor/],
    [
      'the supervisor does not have the office',
      () => change({ supervisor: 'sue' }, { named: { ...sue, offices: [] } }),
      /supervisor role/,
    ],
    ['the supervisor does not exist', () => change({ supervisor: 'sue' }), /supervisor role/],
  ])('are not changed when %s', (_what, act, message) => expect(act).toThrow(message))

  it('come back when a suspension is lifted', () => {
    const suspended = { ...anna, state: 'suspended' as const, passwordHash: 'x' }
    const lift = (person: Person) =>
      withOffices(
        person,
        { suspended: false, reason: 'came back' },
        { by: 'ada', isAnalyst: false, named: undefined },
      )
    expect(lift(suspended).state).toBe('active')
    expect(lift({ ...suspended, passwordHash: null }).state).toBe('invited')
  })
})
