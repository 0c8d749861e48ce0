import type { AccessFile } from '@sightline/schemas/access-request'
import type { Mail } from '@sightline/schemas/mail'
import type { Office, PersonView } from '@sightline/schemas/person'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { auditOf, colleague } from '../cases/support.ts'
import { bodyOf, json, type Rig, refusal } from '../harness.ts'
import { hire, type Somebody, startAgency, type TestClock } from './support.ts'

/**
 * One administrator who would be everybody at once (ACC-1): accounts of their own with the offices that approve and grant, and
 * one that asks. Once somebody has been granted access, an office waits for a second administrator, or three days for a veto.
 */

const HOUR = 3_600_000
const VETO_MS = 72 * HOUR
const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const reason = 'appointed by the director of the agency'

let rig: Rig
let admin: Somebody
let second: Somebody
let count = 0
beforeAll(async () => {
  ;({ rig, admin } = await startAgency(clock))
  // Before anybody sees anything, there may be nobody else to ask.
  second = await hire(rig, admin, clock, { id: 'second', offices: ['administrator'] })
  await hire(rig, admin, clock, { id: 'iris', offices: ['oversight'] })
  await colleague(rig, clock, 'anna')
})
afterAll(() => rig.close())
let target: string
beforeEach(async () => {
  await wait(0)
  target = `puppet-${count++}`
  await hire(rig, admin, clock, { id: target })
  await admin.enter()
})

const wait = async (ms: number) => {
  clock.now += ms
  await admin.enter()
  await second.enter()
}
const give = (by: Somebody, offices: Office[], more: object = {}) =>
  by.send(`/v1/people/${target}`, { offices, reason, ...more }, 'PATCH')
const person = async () => {
  const { people } = await bodyOf<{ people: PersonView[] }>(admin.call('/v1/people'))
  return people.find(({ id }) => id === target)!
}
const told = async () => {
  const { mails } = await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))
  return mails.filter(({ id }) => id.startsWith(`pending-${target}-`))
}
const refuse = async () => {
  const token = /\/refuse#(\S+)/.exec((await told())[0]!.text)![1]!
  return fetch(`${rig.api.url}/v1/set-up/refusal`, json({ token }))
}
const OFFICES: Office[] = ['supervisor', 'system-owner', 'oversight', 'administrator']

describe('one administrator', () => {
  it.each(OFFICES)(
    'cannot give anybody the office of %s, whatever they do within three days',
    async (office) => {
      expect((await give(admin, [office])).status).toBe(202)
      expect(await person()).toMatchObject({ offices: [], pending: { kind: 'offices', offices: [office] } })
      const tries = [
        () => give(admin, [office]),
        () => give(admin, [office], { supervisor: null }),
        () => admin.send(`/v1/people/${target}`, { suspended: true, reason }, 'PATCH'),
        () => admin.send(`/v1/people/${target}`, { suspended: false, reason }, 'PATCH'),
        () => give(admin, OFFICES.filter((other) => other !== office).slice(0, 1)),
        () => give(admin, []),
        () => give(admin, [office]),
      ]
      for (let round = 0; round < 3; round++) {
        for (const attempt of tries) await attempt()
        expect((await person()).offices).toEqual([])
        await wait(VETO_MS / 4)
      }
    },
  )

  it('makes everybody known who keeps or reviews accounts, suspended or not; any of them can refuse', async () => {
    await admin.send('/v1/people/iris', { suspended: true, reason }, 'PATCH')
    expect((await give(admin, ['supervisor'])).status).toBe(202)
    expect((await told()).map(({ to }) => to).sort()).toEqual([
      'iris@agency.example',
      'second@agency.example',
    ])
    expect((await refuse()).status).toBe(204)
    await wait(VETO_MS + HOUR)
    expect((await give(admin, ['supervisor'])).status).toBe(202)
    expect((await person()).offices).toEqual([])
    const recorded = (await auditOf(rig)).filter(({ subject }) => subject === target)
    const actions = recorded.map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['person.pending', 'person.refuse']))
    await admin.send('/v1/people/iris', { suspended: false, reason }, 'PATCH')
  })

  it('cannot impersonate anybody this way: nothing of an announced change can be exchanged', async () => {
    expect((await give(admin, ['supervisor'])).status).toBe(202)
    await wait(VETO_MS + HOUR)
    expect(await refusal(give(admin, ['system-owner']))).toEqual([409, 'CONFLICT'])
    expect(await refusal(give(admin, ['supervisor', 'system-owner']))).toEqual([409, 'CONFLICT'])
    expect((await give(admin, ['supervisor'])).status).toBe(200)
    expect(await person()).toMatchObject({ offices: ['supervisor'] })
    expect((await person()).pending).toBeUndefined()
    // The next one waits again.
    expect((await give(admin, ['supervisor', 'system-owner'])).status).toBe(202)
  })

  it('takes an office away at once', async () => {
    await give(admin, ['supervisor'])
    await give(second, ['supervisor'])
    expect((await person()).offices).toEqual(['supervisor'])
    expect((await give(admin, [])).status).toBe(200)
    expect((await person()).offices).toEqual([])
  })
})

describe('a second administrator', () => {
  it('confirms the office by asking for the same', async () => {
    expect((await give(admin, ['supervisor'])).status).toBe(202)
    expect(await refusal(give(second, ['oversight']))).toEqual([409, 'CONFLICT'])
    expect((await give(second, ['supervisor'])).status).toBe(200)
    expect(await person()).toMatchObject({ offices: ['supervisor'] })
  })
})

describe('an office', () => {
  it('renews no access: a system owner certifies that (ACC-4)', async () => {
    await colleague(rig, clock, 'berta', {})
    const file = async () => {
      const { files } = await bodyOf<{ files: AccessFile[] }>(rig.call('/v1/access'))
      return files.find((one) => one.person === 'berta')!
    }
    const { certification } = await file()
    expect(certification).toMatchObject({ by: 'x1' })
    clock.now += 1000
    target = 'berta'
    await admin.enter()
    await give(admin, ['supervisor'])
    await second.enter()
    expect((await give(second, ['supervisor'])).status).toBe(200)
    expect((await file()).certification).toEqual(certification)
  })
})
