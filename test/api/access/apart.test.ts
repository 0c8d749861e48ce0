import { APART, rolesOfSession } from '@sightline/api/access/apart'
import { keepRolesApart } from '@sightline/api/access/apart-stores'
import { PERMISSIONS, type Permission } from '@sightline/api/access/permissions'
import { emptyFile } from '@sightline/api/access/requests'
import { certifyAccess, isAnalyst, rolesOf } from '@sightline/api/access/validity'
import { devTokenSignOn } from '@sightline/api/sign-on/dev-token'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import { type AccessFile, AccessState } from '@sightline/schemas/access-request'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { Office, Person, Role } from '@sightline/schemas/person'
import { ACCESS, PEOPLE } from '@sightline/schemas/streams'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealedBucket } from '../../support/sealed.ts'
import { auditOf } from '../cases/support.ts'
import { bodyOf, json, type Rig, refusal, startRig } from '../harness.ts'
import { firstAdministrator, giveOffices, hire, type Somebody, type TestClock } from '../people/support.ts'
import { memoryRecords } from '../shared/memory-records.ts'

const OFFICES: Office[] = ['supervisor', 'system-owner', 'oversight', 'administrator']
const NEVER: [Role, Role][] = [
  ['oversight', 'analyst'],
  ['administrator', 'analyst'],
  ['administrator', 'supervisor'],
  ['administrator', 'system-owner'],
  ['administrator', 'oversight'],
  ['oversight', 'supervisor'],
  ['oversight', 'system-owner'],
]
const together = (roles: readonly string[]) =>
  NEVER.filter(([one, other]) => roles.includes(one) && roles.includes(other))

const DAY = 86_400_000
const states = AccessState.enum
const personOf = (offices: Office[]): Person => ({
  ...newPerson({ id: 'anna', name: 'Anna', email: 'anna@agency.example' }, 'ada', 0),
  offices,
})
const fileOf = (state: AccessFile['requests'][number]['state']): AccessFile => ({
  ...emptyFile('anna'),
  requests: [{ id: 'r', need: 'a need that is stated', sources: ['edge'], state, steps: [] }],
})

describe('roles that must stay separate (ACC-1)', () => {
  it('are those that open accounts, that review, and that are reviewed', () => {
    expect(APART.map(([one, other]) => [one, other].sort().join()).sort()).toEqual(
      NEVER.map((pair) => [...pair].sort().join()).sort(),
    )
  })

  it('are never held together, whatever is stored', () => {
    fc.assert(
      fc.property(fc.subarray(OFFICES), fc.constantFrom(...states), (offices, state) => {
        const file = fileOf(state)
        const stored: Role[] = [...offices, ...(isAnalyst(file) ? (['analyst'] as const) : [])]
        const carried = rolesOf(personOf(offices), file)
        expect(together(carried)).toEqual([])
        if (offices.includes('oversight') || offices.includes('administrator'))
          expect(carried).not.toContain('analyst')
        // Where nothing is against it, all are carried.
        if (together(stored).length === 0) expect(carried).toEqual(stored)
        expect(rolesOfSession(stored)).toEqual(carried)
      }),
    )
  })

  it('are never stored together, in any order of writes, whatever was computed before', async () => {
    const write = fc.oneof(
      fc.record({ offices: fc.subarray(OFFICES) }),
      fc.record({ state: fc.constantFrom(...states), certify: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 12 }), async (writes) => {
        const { people, access } = keepRolesApart({
          ...{ people: memoryRecords<Person>(), access: memoryRecords<AccessFile>() },
          ...{ sessions: memoryRecords<never>(), tries: memoryRecords<never>() },
        })
        for (const one of writes) {
          const [person, file] = await Promise.all([people.find('anna'), access.find('anna')])
          const tried =
            'offices' in one
              ? people.put('anna', personOf(one.offices), person?.revision ?? 0)
              : access.put(
                  'anna',
                  one.certify ? certifyAccess(fileOf(one.state), 'olga', DAY) : fileOf(one.state),
                  file?.revision ?? 0,
                )
          const refused = await tried.then(
            () => false,
            (error) => {
              expect(error).toMatchObject({ code: 'RULE_BROKEN', message: expect.stringMatching(/ACC-1/) })
              return true
            },
          )
          const now = await Promise.all([people.find('anna'), access.find('anna')])
          if (refused) expect(now).toEqual([person, file])
          const offices = now[0]?.value.offices ?? []
          expect(together([...offices, ...(now[1] && isAnalyst(now[1].value) ? ['analyst'] : [])])).toEqual(
            [],
          )
        }
      }),
      { numRuns: 200 },
    )
  })

  it('can be separated if stored together: one is ended, the account suspended', async () => {
    const stores = { people: memoryRecords<Person>(), access: memoryRecords<AccessFile>() }
    const rest = { sessions: memoryRecords<never>(), tries: memoryRecords<never>() }
    const { people, access } = keepRolesApart({ ...stores, ...rest })
    const broken = await stores.people.put('anna', personOf(['oversight']), 0)
    const file = await stores.access.put('anna', fileOf('granted'), 0)
    await expect(
      access.put('anna', certifyAccess(file.value, 'olga', DAY), file.revision),
    ).rejects.toMatchObject({
      code: 'RULE_BROKEN',
    })
    const suspended = await people.put('anna', { ...broken.value, state: 'suspended' }, broken.revision)
    await access.put('anna', fileOf('ended'), file.revision)
    await people.put('anna', { ...suspended.value, state: 'active' }, suspended.revision)
  })

  it('are not combined by the development token either, in any request', () => {
    const signOn = devTokenSignOn(() => true)
    const asking = (permission?: Permission) =>
      signOn({
        headers: { authorization: 'Bearer token' },
        routeOptions: { config: { permission } },
      } as never) as unknown as { roles: Role[] }
    for (const permission of Object.keys(PERMISSIONS) as Permission[]) {
      const { roles } = asking(permission)
      const { roles: wanted } = PERMISSIONS[permission]
      expect([permission, together(roles)]).toEqual([permission, []])
      const mayAsk = wanted === 'everybody' || roles.some((role) => (wanted as Role[]).includes(role))
      expect([permission, mayAsk]).toEqual([permission, true])
    }
    expect(together(asking().roles)).toEqual([])
  })
})

describe('separation of roles on every path', () => {
  const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
  const options = { clock: () => clock.now, triesPerMinute: 10_000, requestsPerMinute: 100_000 }
  const reason = 'needed for the vehicle theft task force'
  const ask = { need: 'plates of stolen vehicles at the port of entry', sources: ['edge'] }
  let rig: Rig
  let admin: Somebody
  let sue: Somebody
  let olga: Somebody
  beforeAll(async () => {
    rig = await startRig(options)
    admin = await firstAdministrator(rig, clock)
    sue = await hire(rig, admin, clock, { id: 'sue', offices: ['supervisor'] })
    olga = await hire(rig, admin, clock, { id: 'olga', offices: ['system-owner'] })
    for (const id of ['sue', 'olga'])
      await admin.send(`/v1/access/${id}/training`, {
        completedAt: instant(clock.now),
        certificate: `C-${id}`,
      })
  })
  afterAll(() => rig.close())

  const requestOf = async (who: Somebody) =>
    (await bodyOf<AccessFile>(who.send('/v1/access/requests', ask))).requests.at(-1)!.id
  const step = (by: Somebody, who: string, id: string, action: string) =>
    by.send(`/v1/access/${who}/requests/${id}/${action}`, { reason })
  const appoint = (id: string, offices: Office[]) => giveOffices(rig, admin, id, offices)
  const rolesNow = async (who: Somebody) => (await bodyOf<{ roles: Role[] }>(who.call('/v1/session'))).roles

  it.each<Office>(['oversight', 'administrator'])(
    'neither approves nor grants access for %s, and records the refusal (ACC-1, AUD-2)',
    async (office) => {
      const who = await hire(rig, admin, clock, { id: `a-${office}`, supervisor: 'sue' })
      const id = await requestOf(who)
      const waiting = await requestOf(who)
      expect((await step(sue, who.id, id, 'approve')).status).toBe(200)
      expect((await appoint(who.id, [office])).status).toBe(200)
      await who.enter()
      expect(await refusal(step(olga, who.id, id, 'grant'))).toEqual([422, 'RULE_BROKEN'])
      expect(await refusal(step(sue, who.id, waiting, 'approve'))).toEqual([422, 'RULE_BROKEN'])
      const log = (await auditOf(rig)) as AuditRecord[]
      expect(log.at(-1)).toMatchObject({
        ...{ actor: 'sue', action: 'request.refuse', subject: who.id },
        parameters: { refused: 'access.approve', code: 'RULE_BROKEN' },
      })
      expect(log.some(({ action, subject }) => action === 'access.grant' && subject === who.id)).toBe(false)
      expect(await rolesNow(who)).toEqual([office])
      // Their own year can be certified: it is of the office.
      const certify = olga.send(`/v1/access/${who.id}/certification`, { reason })
      expect((await certify).status).toBe(200)
    },
  )

  it('gives an analyst neither office, even when both are requested at the same moment', async () => {
    for (let n = 0; n < 6; n++) {
      const who = await hire(rig, admin, clock, { id: `race-${n}`, supervisor: 'sue' })
      const id = await requestOf(who)
      await step(sue, who.id, id, 'approve')
      const tries = await Promise.all([
        step(olga, who.id, id, 'grant'),
        appoint(who.id, [n % 2 ? 'oversight' : 'administrator']),
      ])
      expect(tries.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
      await who.enter()
      expect(together(await rolesNow(who))).toEqual([])
    }
  })

  it('gives a session no combination that somebody wrote into the store directly', async () => {
    const sealed = (name: string) => sealedBucket(rig.admin, rig.broker.keys, name)
    const [people, access] = [await sealed(PEOPLE), await sealed(ACCESS)]
    const who = await hire(rig, admin, clock, { id: 'written', supervisor: 'sue' })
    const person = (await people.get<Person>('written'))!
    const file = certifyAccess({ ...fileOf('granted'), person: 'written' }, 'olga', clock.now - DAY)
    for (const offices of [['oversight'], ['administrator'], ['oversight', 'supervisor'], OFFICES]) {
      await people.put('written', { ...person, offices })
      await access.put('written', file)
      const carried = offices.length === 1 ? offices : []
      expect(await rolesNow(who)).toEqual(carried)
      // What analysts alone do.
      expect(await refusal(who.call('/v1/cases'))).toEqual([403, 'NOT_ALLOWED'])
      expect(await refusal(olga.send('/v1/access/written/certification', { reason }))).toEqual([
        ...[422, 'RULE_BROKEN'],
      ])
    }
    await access.put('written', emptyFile('written'))
    await people.put('written', { ...person, offices: ['oversight'] })
    expect(await rolesNow(who)).toEqual(['oversight'])
  })

  it('lets no member of the demo cast hold both roles, however often they sign on', async () => {
    const sealed = (name: string) => sealedBucket(rig.admin, rig.broker.keys, name)
    const signOn = (person: string) =>
      fetch(`${rig.api.url}/v1/sign-on/development`, json({ token: rig.api.token, person }))
    expect((await signOn('dana-reyes')).status).toBe(204)
    // An analyst who was given another office, and whose file is gone: it is made again at the next sign-on.
    const [people, access] = [await sealed(PEOPLE), await sealed(ACCESS)]
    const dana = (await people.get<Person>('dana-reyes'))!
    await access.delete('dana-reyes')
    await people.put('dana-reyes', { ...dana, offices: ['oversight'] })
    await signOn('dana-reyes')
    const file = (await access.get<AccessFile>('dana-reyes')) ?? emptyFile('dana-reyes')
    expect(isAnalyst(file)).toBe(false)
  })
})
