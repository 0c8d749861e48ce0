import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import type { DisplayPage } from '@sightline/api/displays/store'
import { IDLE_MS, LONGEST_MS } from '@sightline/api/sign-on/sessions'
import { instant } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { AuditReview } from '@sightline/schemas/audit-review'
import type { Case } from '@sightline/schemas/case'
import type { Display } from '@sightline/schemas/display'
import type { Lookout } from '@sightline/schemas/lookout'
import type { Mail } from '@sightline/schemas/mail'
import type { Office } from '@sightline/schemas/person'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { isLong } from '../../support/long.ts'
import { auditOf, matter, reason } from '../cases/support.ts'
import { drawn, type FakeVendor, fakeVendor, honest, readAt } from '../federation/fake-vendor.ts'
import { bodyOf, caseNaming, type Rig, refusal, startRig } from '../harness.ts'
import { firstAdministrator, hire, type Somebody, type TestClock } from '../people/support.ts'
import {
  ACTS,
  atTen,
  DAY,
  daysOf,
  ENDS,
  expectedMails,
  firstUp,
  HOUR,
  isUpOn,
  type Outages,
  people,
  SECOND,
  START,
} from './timeline.ts'

/**
 * Twenty-six months of the whole running system: a real broker and the real api, started and stopped. What is due
 * happens on its day; when the service was down on that day, on the first one on which it is up, once; and what has an
 * end, ends by its date, whatever runs.
 */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let vendor: FakeVendor
beforeAll(async () => {
  folder = await temporaryFolder()
  vendor = await fakeVendor('one', folder.path)
  await writeFile(join(folder.path, 'vendors.json'), JSON.stringify({ vendors: [vendor.config] }))
})
afterAll(async () => {
  await vendor.close()
  await folder.remove()
})

let clock: TestClock
let rig: Rig
let admin: Somebody
let [sue, owen, olga, otis, anna]: Somebody[] = []
let held: { long: Case; brief: Case; kept: Display; left: Display; saved: string[]; lookout: Lookout }

const options = () => ({
  ...{ clock: () => clock.now, vendorsFile: join(folder.path, 'vendors.json'), cacheHours: 8 },
  ...{ triesPerMinute: 1e6, requestsPerMinute: 1e6, requestsPerPerson: 1e6 },
})
const send = async <T>(by: Somebody, path: string, body: object, method = 'POST'): Promise<T> => {
  const headers = { 'content-type': 'application/json', 'if-match': '*' }
  const answer = await by.call(path, { method, headers, body: JSON.stringify(body) })
  expect([path, answer.status, answer.ok ? '' : await answer.text()]).toEqual([path, answer.status, ''])
  return (answer.status === 204 ? undefined : await answer.json()) as T
}
const train = async () => {
  for (const id of people) {
    await send(admin, `/v1/access/${id}/training`, {
      completedAt: instant(clock.now),
      certificate: `C-${id}`,
    })
  }
}
const search = () =>
  send<{ query: string; cached: object | null }>(anna!, '/v1/search', {
    ...{ ...matter, caseRef: held.long.id, plate: '7ABC123' },
  })

/** People with all that access takes, and of each kind something that ends. */
beforeEach(async () => {
  clock = { now: START + 9 * HOUR }
  rig = await startRig(options())
  admin = await firstAdministrator(rig, clock)
  const office = (id: string, office: Office) => hire(rig, admin, clock, { id, offices: [office] })
  sue = await office('sue', 'supervisor')
  owen = await office('owen', 'system-owner')
  olga = await office('olga', 'oversight')
  otis = await office('otis', 'oversight')
  anna = await hire(rig, admin, clock, { id: 'anna', supervisor: 'sue' })
  await train()
  const ask = { need: 'plates of stolen vehicles at the port', sources: ['edge', 'one'] }
  const { requests } = await send<AccessFile>(anna, '/v1/access/requests', ask)
  await send(sue, `/v1/access/anna/requests/${requests[0]!.id}/approve`, { reason })
  await send(owen, `/v1/access/anna/requests/${requests[0]!.id}/grant`, { reason })
  const opened = (caseRef: string, day: number) =>
    send<Case>(anna!, '/v1/cases', caseNaming(['7ABC123', 'LEFT1'], { caseRef, retainUntil: atTen(day) }))
  const displayed = (plate: string, caseRef: string) =>
    send<Display>(anna!, '/v1/displays', {
      ...{ plate, caseRef, reason: 'stolen vehicle', confirmNotice: DISPLAY_NOTICE.version },
    })
  const [long, brief] = [await opened('LONG', 1500), await opened('BRIEF', ENDS.brief)]
  const [kept, left] = [await displayed('7ABC123', 'LONG'), await displayed('LEFT1', 'LONG')]
  expect((await displayed('7ABC123', 'BRIEF')).expiresAt).toBe(atTen(ENDS.brief))
  const reads = [readAt(clock.now - HOUR), readAt(clock.now - 2 * HOUR)]
  vendor.behave(honest(reads))
  vendor.show(drawn)
  held = { long, brief, kept, left, saved: reads.map(({ id }) => id), lookout: undefined as never }
  const { query } = await search()
  const save = (read: string, more = {}) =>
    send(anna!, `/v1/cases/${long.id}/saved`, { query, read, reason, ...more })
  await save(reads[0]!.id)
  await save(reads[1]!.id, { retainUntil: atTen(ENDS.saved) })
  await anna.call(`/v1/cases/${long.id}/saved/${reads[0]!.id}/picture`)
  held.lookout = await send<Lookout>(anna, '/v1/lookouts', {
    ...{ case: long.id, read: reads[0]!.id, plateSeen: '7ABC123', reason },
    retainUntil: atTen(ENDS.lookout),
  })
})
afterEach(() => rig.close())

/** What people do on a day. */
async function act(day: number): Promise<void> {
  if (day === ACTS.review || day === ACTS.secondReview) {
    await olga!.enter()
    const { displays } = await bodyOf<DisplayPage>(olga!.call('/v1/displays?review=due'))
    for (const { id } of displays) {
      const review = async () => {
        const etag = (await olga!.call(`/v1/displays/${id}`)).headers.get('etag')!
        const headers = { 'content-type': 'application/json', 'if-match': etag }
        const body = JSON.stringify({ verdict: 'relevant', reason })
        return (await olga!.call(`/v1/displays/${id}/review`, { method: 'POST', headers, body })).status
      }
      // A broker on a busy machine answers late: a person would press again.
      await expect.poll(review, { timeout: 60_000 }).toBe(200)
    }
  }
  if (day === ACTS.auditReview) {
    for (const one of [olga!, otis!]) await one.enter()
    const at = '/v1/oversight/reviews/2026-Q4'
    const { items } = await send<AuditReview>(olga!, at, {})
    for (const { id, record, signal } of items) {
      // Nobody judges a record of their own.
      const isOwn = record?.actor === 'olga' || signal?.people.includes('olga')
      await send(isOwn ? otis! : olga!, `${at}/items/${id}`, { verdict: 'in order', reason })
    }
    await send(olga!, `${at}/sign-off`, { statement: 'All of it was looked at and found in order' })
  }
  if (day === ACTS.validation) {
    await anna!.enter()
    const at = `/v1/displays/${held.kept.id}`
    const headers = {
      'content-type': 'application/json',
      'if-match': (await anna!.call(at)).headers.get('etag')!,
    }
    const body = JSON.stringify({ reason: 'the vehicle is still wanted' })
    expect((await anna!.call(`${at}/validation`, { method: 'POST', headers, body })).status).toBe(200)
  }
  if (day === ACTS.training) {
    await admin.enter()
    await train()
  }
  if (day === ACTS.certification) {
    await owen!.enter()
    for (const id of people.filter((id) => id !== 'owen')) {
      await send(owen!, `/v1/access/${id}/certification`, { reason })
    }
  }
}

/** Goes through the 26 months, with a service that is up on some days. */
async function live(
  outages: Outages,
  days = daysOf(outages),
  byDate: Record<number, () => Promise<void>> = {},
): Promise<void> {
  const port = Number(new URL(rig.api.url).port)
  let isUp = true
  for (const day of days) {
    clock.now = START + day * DAY + 9 * HOUR
    const shouldBeUp = isUpOn(outages)(day)
    if (isUp && !shouldBeUp) await rig.api.close()
    // Always at the same address, as browsers know it.
    if (!isUp && shouldBeUp) rig.api = await rig.startApi({ ...options(), port })
    isUp = shouldBeUp
    if (!isUp) continue
    await act(day)
    await byDate[day]?.()
    clock.now = Math.max(clock.now, START + day * DAY + 12 * HOUR)
    await rig.api.sweep()
  }
}

const sentMails = async (): Promise<string[]> => {
  const { mails } = await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))
  const later = mails.filter(({ id }) => !/^(set-up|grant)-/.test(id))
  const dayOf = ({ createdAt }: Mail) => Math.floor((Date.parse(createdAt) - START) / DAY)
  return later
    .map((one) => `${String(dayOf(one)).padStart(3)} ${one.to.split('@')[0]}: ${one.subject}`)
    .sort()
}
/** What was deleted: `day action subject`. */
const deletions = async (): Promise<string[]> => {
  const records = (await auditOf(rig)).filter(({ actor }) => actor === 'retention' || actor === 'system')
  return records
    .filter(({ action }) => action !== 'person.invite')
    .map(({ at, action, subject }) => `${Math.floor((Date.parse(at) - START) / DAY)} ${action} ${subject}`)
}
const expectedDeletions = (outages: Outages): string[] => {
  const { brief, long, saved, lookout } = held
  return [
    `${firstUp(outages, ENDS.brief)} case.delete ${brief.id}`,
    `${firstUp(outages, ENDS.saved)} saved.delete ${long.id}.${saved[1]}`,
    `${firstUp(outages, ENDS.lookout)} lookout.delete ${lookout.id}`,
    `${firstUp(outages, ENDS.year)} saved.delete ${long.id}.${saved[0]}`,
  ]
}

const sessionOf = async (who: Somebody) => (await who.call('/v1/session')).status
const statusOf = async (who: Somebody, path: string) => {
  const answer = await who.call(path)
  return answer.ok ? answer.status : (await refusal(answer))[1]
}
const savedOf = async () =>
  (await bodyOf<{ saved: unknown[] }>(anna!.call(`/v1/cases/${held.long.id}/saved`))).saved.length
const activeIds = async () =>
  (await bodyOf<DisplayPage>(rig.call('/v1/displays?state=active'))).displays.map(({ id }) => id)
const lookouts = async () => (await bodyOf<{ lookouts: Lookout[] }>(rig.call('/v1/lookouts'))).lookouts.length

/** Anna signs on a minute before an instant; a session of the morning would be over by then. */
async function annaAt(end: string): Promise<void> {
  clock.now = Date.parse(end) - 60_000
  await anna!.enter()
}
/** Holds before an instant and not from it on, though no sweep has run in between. */
async function endsAt(end: string, holds: () => Promise<boolean>): Promise<void> {
  clock.now = Date.parse(end) - 1
  expect([end, 'before', await holds()]).toEqual([end, 'before', true])
  clock.now = Date.parse(end)
  expect([end, 'at', await holds()]).toEqual([end, 'at', false])
}

describe('26 months of the running system', () => {
  // On the days on which the service is up the next one says the same, and it says more.
  it.runIf(isLong)(
    'brings each reminder, end, review and deletion on its day (DSP-3, DSP-4, ACC-3, ACC-4, AUD-3, AUD-6)',
    {
      timeout: 300_000,
    },
    async () => {
      await live([])
      expect(await sentMails()).toEqual(expectedMails([]))
      expect(await deletions()).toEqual(expectedDeletions([]))
    },
  )

  it('brings the same when the service was down on these days: it makes up for what it missed, and does nothing twice (DSP-3, DSP-4, ACC-3, ACC-4, AUD-3, AUD-6)', {
    timeout: 300_000,
  }, async () => {
    const outages: Outages = [
      ...([
        [36, 45],
        [66, 72],
        [95, 106],
        [190, 215],
        [299, 313],
        [333, 338],
        [357, 370],
      ] as const),
      // Eighty days, in which nearly all of the second year ends.
      [640, 720],
    ]
    await live(outages)
    expect(await sentMails()).toEqual(expectedMails(outages))
    expect(await deletions()).toEqual(expectedDeletions(outages))
  })

  it('ends what has an end by its date, before any sweep runs (QRY-7, DSP-3, DSP-5, ACC-3, ACC-4, AUD-6)', {
    timeout: 300_000,
  }, async () => {
    const { left, kept, brief } = held
    const byDate: Record<number, () => Promise<void>> = {
      1: async () => {
        expect(await sessionOf(anna!)).toBe(401)
        await anna!.enter()
        clock.now += IDLE_MS - 1
        expect(await sessionOf(anna!)).toBe(200)
        clock.now += IDLE_MS
        expect(await sessionOf(anna!)).toBe(401)
        await anna!.enter()
        const longest = clock.now + LONGEST_MS
        while (clock.now + 20 * 60_000 < longest) {
          clock.now += 20 * 60_000
          expect(await sessionOf(anna!)).toBe(200)
        }
        await endsAt(instant(longest), async () => (await sessionOf(anna!)) === 200)
      },
      // The answer of the first day is not used any more, though by the broker's clock its time is not over.
      7: async () => {
        await anna!.enter()
        vendor.asked.length = 0
        expect((await search()).cached).toBeNull()
        expect((await search()).cached).not.toBeNull()
        expect(vendor.asked.length).toBe(1)
      },
      [ENDS.brief]: async () => {
        await annaAt(atTen(ENDS.brief))
        const isThere = async () => (await anna!.call(`/v1/cases/${brief.id}`)).status === 200
        await endsAt(atTen(ENDS.brief), async () => (await isThere()) && (await activeIds()).length === 3)
        expect((await activeIds()).sort()).toEqual([kept.id, left.id].sort())
      },
      [ENDS.saved]: async () => {
        await annaAt(atTen(ENDS.saved))
        await endsAt(atTen(ENDS.saved), async () => (await savedOf()) === 2)
        expect(await savedOf()).toBe(1)
      },
      [ENDS.lookout]: () => endsAt(atTen(ENDS.lookout), async () => (await lookouts()) === 1),
      [ENDS.year]: () => endsAt(left.expiresAt, async () => (await activeIds()).includes(left.id)),
      [SECOND.training]: async () => {
        clock.now -= IDLE_MS / 2
        await anna!.enter()
        const { training } = await bodyOf<AccessFile>(anna!.call('/v1/access/me'))
        await endsAt(training!.validUntil, async () => (await statusOf(anna!, '/v1/displays')) === 200)
        expect(await statusOf(anna!, '/v1/displays')).toBe('TRAINING_LAPSED')
      },
      [SECOND.certification]: async () => {
        clock.now -= IDLE_MS / 2
        await anna!.enter()
        const { certification } = await bodyOf<AccessFile>(anna!.call('/v1/access/me'))
        const answer = () => statusOf(anna!, '/v1/displays')
        await endsAt(certification!.validUntil, async () => (await answer()) === 'TRAINING_LAPSED')
        expect(await answer()).toBe('ACCESS_ENDED')
      },
    }
    // The fewer sweeps the better: only on the days on which somebody acts, or something ends.
    const days = [...Object.values(ACTS), ...Object.keys(byDate).map(Number)]
    await live(
      [],
      days.sort((a, b) => a - b),
      byDate,
    )
  })
})
