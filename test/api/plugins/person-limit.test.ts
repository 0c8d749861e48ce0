import type { Problem } from '@sightline/api/shared/problem'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { colleague } from '../cases/support.ts'
import { bodyOf, type Rig, refusal, startRig } from '../harness.ts'

const clock = { now: Date.UTC(2026, 10, 24, 9) }
let rig: Rig
beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now, requestsPerPerson: 5 })
})
afterAll(() => rig.close())

describe('the limit of requests for each person', () => {
  it('refuses the person who asks too often, and nobody else at the same address', async () => {
    const [ann, bob] = [await colleague(rig, clock, 'ann'), await colleague(rig, clock, 'bob')]
    for (let n = 0; n < 5; n++) expect((await ann.call('/v1/session')).status).toBe(200)
    expect(await refusal(ann.call('/v1/session'))).toEqual([429, 'TOO_MANY_REQUESTS'])
    // On every route, from another session, too.
    expect(await refusal(ann.call('/v1/cases'))).toEqual([429, 'TOO_MANY_REQUESTS'])
    expect((await bob.call('/v1/session')).status).toBe(200)
    for (let n = 0; n < 8; n++) expect((await rig.call('/v1/session')).status).toBe(200)
  })

  it('lasts a minute, also when the clock of the host is set back by an hour', async () => {
    const cem = await colleague(rig, clock, 'cem')
    const right = Date.now
    const wrong = vi.spyOn(Date, 'now').mockImplementation(() => right() + 3_600_000)
    try {
      expect((await cem.call('/v1/session')).status).toBe(200)
    } finally {
      wrong.mockRestore()
    }
    for (let n = 1; n < 5; n++) expect((await cem.call('/v1/session')).status).toBe(200)
    const { code, hint } = await bodyOf<Problem>(cem.call('/v1/session'))
    expect([code, Number(/\d+/.exec(hint!)?.[0])]).toEqual(['TOO_MANY_REQUESTS', expect.any(Number)])
    expect(Number(/\d+/.exec(hint!)?.[0])).toBeLessThanOrEqual(60)
  })
})
