import type { AuditReview } from '@sightline/schemas/audit-review'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, json, type Rig, startRig } from '../harness.ts'

const clock = { now: Date.UTC(2026, 10, 24, 9) }

describe('a change by oversight that is sent again', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ clock: () => clock.now })
  })
  afterAll(() => rig.close())

  it('is made once and answered alike (AUD-3)', async () => {
    const send = async (path: string, body: object, key: string) => {
      const answer = await rig.call(path, json(body, { 'idempotency-key': key }))
      return [answer.status, answer.headers.get('idempotency-replayed'), await answer.json()] as const
    }
    const at = '/v1/oversight/reviews/2026-Q3'
    const opened = await send(at, {}, 'open-once-1')
    expect(opened[0]).toBe(201)
    clock.now += 1000
    expect(await send(at, {}, 'open-once-1')).toEqual([201, 'true', opened[2]])
    expect((await send(at, {}, 'open-once-2'))[0]).toBe(409)
    const sign = { statement: 'Nothing was done in this quarter, so nothing was found' }
    const signed = await send(`${at}/sign-off`, sign, 'sign-once-1')
    expect(signed[0]).toBe(200)
    expect(await send(`${at}/sign-off`, sign, 'sign-once-1')).toEqual([200, 'true', signed[2]])
    expect((await bodyOf<AuditReview>(rig.call(at))).signOff).toMatchObject({ by: 'developer' })
  })
})
