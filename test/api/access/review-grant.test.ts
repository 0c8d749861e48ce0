import { makesAnalyst, requireApart } from '@sightline/api/access/apart'
import { emptyFile } from '@sightline/api/access/requests'
import { grantedSources, isAnalyst, rolesOf } from '@sightline/api/access/validity'
import { type AccessFile, AccessState } from '@sightline/schemas/access-request'
import { ROLES } from '@sightline/schemas/person'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, type Rig, refusal } from '../harness.ts'
import { hire, type Somebody, startAgency, type TestClock } from '../people/support.ts'

/** Oversight asks for sources as anybody does, to review what comes of them (ACC-6); that makes nobody an analyst. */

const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const DAY = 86_400_000
const reason = 'to review how alerts were verified'

describe('a grant for review alone', () => {
  const states = AccessState.enum
  const request = (n: number) =>
    fc.record({
      ...{ id: fc.constant(`r${n}`), need: fc.constant('x'), sources: fc.constant([`s${n}`] as string[]) },
      ...{
        state: fc.constantFrom(...states),
        steps: fc.constant([] as AccessFile['requests'][number]['steps']),
      },
      reviewOnly: fc.constantFrom(true as const, undefined),
    })
  const files = fc
    .tuple(request(0), request(1), request(2))
    .map((requests): AccessFile => ({ ...emptyFile('anna'), requests }) as unknown as AccessFile)

  it('makes nobody an analyst, opens its sources to oversight alone, and conflicts with no office', () => {
    fc.assert(
      fc.property(files, files, fc.subarray([...ROLES]), (before, file, roles) => {
        const granted = file.requests.filter(({ state }) => state === 'granted')
        const asAnalyst = granted.filter(({ reviewOnly }) => !reviewOnly)
        expect(isAnalyst(file)).toBe(asAnalyst.length > 0)
        const open = roles.includes('oversight') ? granted : asAnalyst
        expect(grantedSources(file, roles).sort()).toEqual(open.flatMap(({ sources }) => sources).sort())
        const reviews = { ...file, requests: file.requests.filter(({ reviewOnly }) => reviewOnly) }
        expect(makesAnalyst(before, reviews)).toBe(false)
        expect(rolesOf({ offices: ['oversight'] }, reviews)).toEqual(['oversight'])
        requireApart(['oversight', ...(isAnalyst(reviews) ? (['analyst'] as const) : [])])
      }),
    )
  })
})

describe('oversight', () => {
  let rig: Rig
  let admin: Somebody
  let olga: Somebody
  let sue: Somebody
  let mara: Somebody
  beforeAll(async () => {
    ;({ rig, admin } = await startAgency(clock))
    sue = await hire(rig, admin, clock, { id: 'sue', offices: ['supervisor'] })
    mara = await hire(rig, admin, clock, { id: 'mara', offices: ['system-owner'] })
    olga = await hire(rig, admin, clock, { id: 'olga', offices: ['oversight'], supervisor: 'sue' })
    for (const person of ['sue', 'mara', 'olga']) {
      const completedAt = new Date(clock.now - DAY).toISOString()
      const body = { completedAt, certificate: 'CERT-1' }
      expect((await admin.send(`/v1/access/${person}/training`, body)).status).toBe(200)
    }
  })
  afterAll(() => rig.close())

  it('is granted sources by supervisor and system owner, sees their alerts, and runs no query', async () => {
    const ask = { need: 'To review how alerts are verified, each quarter.', sources: ['edge'] }
    const file = await bodyOf<AccessFile>(olga.send('/v1/access/requests', ask))
    expect(file.requests).toMatchObject([{ reviewOnly: true, state: 'requested' }])
    const { id } = file.requests[0]!
    const at = `/v1/access/olga/requests/${id}`
    expect((await sue.send(`${at}/approve`, { reason })).status).toBe(200)
    expect((await mara.send(`${at}/grant`, { reason })).status).toBe(200)
    expect(await bodyOf(olga.call('/v1/session'))).toMatchObject({ roles: ['oversight'], sources: ['edge'] })
    expect(await refusal(olga.send('/v1/search', { plate: '7ABC123' }))).toEqual([403, 'NOT_ALLOWED'])
    expect(await refusal(olga.send('/v1/alerts/1/claim', {}))).toEqual([403, 'NOT_ALLOWED'])
    expect((await olga.call('/v1/alerts')).status).toBe(200)
  })

  it('cannot ask for analyst access itself, and others cannot make it review', async () => {
    const ask = { need: 'To review how alerts are verified, each quarter.', sources: ['edge'] }
    expect((await refusal(olga.send('/v1/access/requests', { ...ask, reviewOnly: false })))[0]).toBe(400)
    const { requests } = await bodyOf<AccessFile>(sue.send('/v1/access/requests', ask))
    expect(requests[0]).not.toHaveProperty('reviewOnly')
  })

  it('loses its sources with its office', async () => {
    const change = (offices: string[]) =>
      admin.send('/v1/people/olga', { offices, reason: 'moved to another unit' }, 'PATCH')
    expect((await change([])).status).toBe(200)
    await olga.enter()
    expect(await bodyOf(olga.call('/v1/session'))).toMatchObject({ roles: [], sources: [] })
    expect(await refusal(olga.call('/v1/alerts'))).toEqual([403, 'NOT_ALLOWED'])
  })
})
