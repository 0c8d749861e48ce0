import type { Colleague } from '@sightline/schemas/person'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, type Rig, refusal } from '../harness.ts'
import { hire, type Somebody, startAgency, type TestClock } from './support.ts'

const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }

let rig: Rig
let admin: Somebody
let nora: Somebody
beforeAll(async () => {
  ;({ rig, admin } = await startAgency(clock))
  await hire(rig, admin, clock, { id: 'sue', offices: ['supervisor'] })
  nora = await hire(rig, admin, clock, { id: 'nora', supervisor: 'sue' })
})
afterAll(() => rig.close())

const colleagues = async () =>
  (await bodyOf<{ colleagues: Colleague[] }>(admin.call('/v1/colleagues'))).colleagues

describe('colleagues', () => {
  it('are shown by name and role, without address, supervisor or grants', async () => {
    const sue = (await colleagues()).find(({ id }) => id === 'sue')
    expect(sue).toEqual({ id: 'sue', name: 'Name of sue', roles: ['supervisor'], active: true })
  })

  it('are hidden from anyone without access (ACC-1), who is listed all the same', async () => {
    expect(await refusal(nora.call('/v1/colleagues'))).toEqual([403, 'NOT_ALLOWED'])
    expect((await colleagues()).find(({ id }) => id === 'nora')).toMatchObject({ roles: [], active: true })
  })

  it('stay in the list after they left: their work is still read', async () => {
    const leave = { suspended: true, reason: 'left for another agency' }
    expect((await admin.send('/v1/people/nora', leave, 'PATCH')).status).toBe(200)
    expect((await colleagues()).find(({ id }) => id === 'nora')).toMatchObject({ active: false })
  })

  it('are listed on record, and not at all when that cannot be recorded (AUD-2)', async () => {
    const mend = await rig.breakAudit()
    expect(await refusal(admin.call('/v1/colleagues'))).toEqual([503, 'AUDIT_UNAVAILABLE'])
    await mend()
    expect(await colleagues()).not.toEqual([])
  })
})
