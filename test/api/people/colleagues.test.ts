import type { Colleague, PersonView } from '@sightline/schemas/person'
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

describe('the accounts', () => {
  interface Listed {
    people: PersonView[]
    next: string | null
  }
  const list = (query = '') => bodyOf<Listed>(admin.call(`/v1/people${query}`))
  const idsOf = ({ people }: Listed) => people.map(({ id }) => id)

  it('come in pages by id, each once', async () => {
    const all = idsOf(await list())
    expect(all).toEqual([...all].sort())
    const first = await list('?limit=2')
    expect(idsOf(first)).toEqual(all.slice(0, 2))
    const rest = await list(`?limit=500&cursor=${first.next}`)
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(all)
    expect(rest.next).toBeNull()
  })

  it('are found by a part of their name, id or address, and by office; the search is on record', async () => {
    expect(idsOf(await list('?search=NAME%20of%20su'))).toEqual(['sue'])
    expect(idsOf(await list('?search=nora'))).toEqual(['nora'])
    expect(idsOf(await list('?search=nobody%20of%20ours'))).toEqual([])
    expect(idsOf(await list('?office=supervisor'))).toEqual(['sue'])
    expect(await refusal(admin.call('/v1/people?office=king'))).toEqual([400, 'MESSAGE_INVALID'])
  })
})
