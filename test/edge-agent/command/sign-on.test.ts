import { apiUrl, callApi } from '@sightline/edge-agent/command/call-api'
import { asPerson } from '@sightline/edge-agent/command/sign-on'
import type { Enrollment } from '@sightline/schemas/enrollment'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../../api/harness.ts'
import {
  codeAt,
  firstAdministrator,
  PASSWORD,
  type Somebody,
  type TestClock,
} from '../../api/people/support.ts'

const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
let rig: Rig
let admin: Somebody
beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now, devToken: false })
  admin = await firstAdministrator(rig, clock)
})
afterAll(() => rig.close())

/** Somebody who types these lines. */
const typing = (...lines: string[]) => {
  const asked: string[] = []
  const ask = async (question: string) => {
    asked.push(question)
    return lines.shift() ?? ''
  }
  return { ask, asked }
}

describe('an administrator at the command line, without a development token', () => {
  const invite = (lines: string[]) => {
    clock.now += 30_000
    const { ask, asked } = typing(PASSWORD, codeAt(admin.secret, clock.now), ...lines)
    let session = ''
    const base = apiUrl(rig.api.url)
    const done = asPerson(base, admin.id, ask, (cookie) => {
      session = cookie
      return callApi<Enrollment>(base, '/v1/edge/enrollments', {
        cookie,
        body: { agent: 'harbour', cameras: ['gate-1'] },
      })
    })
    return { done, asked, session: () => session }
  }

  it('signs on, consents, invites an edge agent and is signed off (ACC-5, ACC-7)', async () => {
    const { done, asked, session } = invite(['yes'])
    expect((await done).body).toMatchObject({ agent: 'harbour', cameras: ['gate-1'] })
    expect(asked.at(-1)).toMatch(/Do you consent/)
    const after = callApi(rig.api.url, '/v1/session', { cookie: session() })
    await expect(after).rejects.toMatchObject({ code: 'SESSION_ENDED' })
  })

  it('can do nothing without consent (ACC-5)', async () => {
    const { done, session } = invite(['no'])
    await expect(done).rejects.toMatchObject({ code: 'CONSENT_MISSING' })
    expect(session()).toBe('')
  })

  it('is told when the code is wrong', async () => {
    const { ask } = typing(PASSWORD, '000000')
    const done = asPerson(rig.api.url, admin.id, ask, async () => {})
    await expect(done).rejects.toMatchObject({ code: 'NOT_SIGNED_ON' })
  })
})
