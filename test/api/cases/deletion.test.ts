import { createAuditLog } from '@sightline/api/audit/log'
import { erase, sweepRetention } from '@sightline/api/cases/deletion'
import { savedKey } from '@sightline/api/cases/saved-store'
import { newCase } from '@sightline/api/cases/steps'
import { openCases } from '@sightline/api/cases/store'
import { type CaseStores, openCaseStores } from '@sightline/api/cases/stores'
import { sweepKept } from '@sightline/api/cases/sweep'
import type { ErasableRecords } from '@sightline/api/shared/records'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { type Link, openLink } from '@sightline/broker/link'
import { instant } from '@sightline/runtime/clock'
import { recordOf } from '@sightline/schemas/audit-record'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { RETENTION_ACTOR } from '@sightline/schemas/reserved-ids'
import { AUDIT, CASES } from '@sightline/schemas/streams'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../../support/broker.ts'
import { sampleSaved } from '../oversight/holdings.ts'
import { memoryRecords } from '../shared/memory-records.ts'
import { aCase, DAY } from './support.ts'

/** A deletion that was recorded is done, and recorded once, whenever it was interrupted (AUD-6). */

const KILLED = new Error('the process was killed')
const clock = { now: Date.UTC(2026, 10, 24) }
let broker: TestBroker
let link: Link
let stores: CaseStores
const stop = new AbortController()
beforeAll(async () => {
  broker = await testBroker()
  link = await openLink(await broker.as('api'))
  stores = await openCaseStores(link, quiet, stop.signal)
})
afterAll(async () => {
  stop.abort()
  await broker.remove()
})
beforeEach(() => {
  clock.now += DAY
})

/** As after each start: what a process knew of the log is gone. */
const started = () => createAuditLog(link, () => clock.now)
const until = (at: number) => ({ retention: { until: instant(at), renewals: [] } })
const made = (id: string, end: number) =>
  stores.cases.put(id, { ...newCase(aCase(), id, 'anna', clock.now), ...until(end) }, 0)

/** Stores of a process that is killed when it has recorded a deletion and not begun it. */
function dying<T extends Pick<ErasableRecords<unknown>, 'erase'>>(records: T): T {
  return { ...records, erase: () => Promise.reject(KILLED) }
}

/** Actions of the log on one thing, oldest first. */
async function actionsOn(subject: string): Promise<string[]> {
  const { state } = await link.manager.streams.info(AUDIT)
  const actions: string[] = []
  for (let seq = 1; seq <= state.last_seq; seq++) {
    const record = recordOf((await link.manager.streams.getMessage(AUDIT, { seq }))!.data)!
    if (record.subject === subject) actions.push(record.action)
  }
  return actions
}

describe('a sweep that is killed between record and deletion (AUD-6)', () => {
  const sweep = (of: CaseStores = stores) => sweepRetention(of, started(), () => clock.now)

  it.each(['alone', 'with the broker'])(
    '%s: the next one finishes without a second record, also beside what was due before',
    async (how) => {
      const [first, second] = [`first-${how.length}`, `second-${how.length}`]
      await made(first, clock.now + 1000)
      await made(second, clock.now - 1)
      await expect(sweep({ ...stores, cases: dying(stores.cases) })).rejects.toBe(KILLED)
      if (how !== 'alone') {
        await broker.kill()
        await broker.restart()
        await expect.poll(() => link.connected(), { timeout: 30_000 }).toBe(true)
      }
      // Among those that are due now, it is not the first any more.
      clock.now += 2000
      await sweep()
      await sweep()
      expect(await stores.cases.find(second)).toBeUndefined()
      expect([await actionsOn(first), await actionsOn(second)]).toEqual([['case.delete'], ['case.delete']])
    },
  )

  it('again and again: still one record', async () => {
    await made('again', clock.now - 1)
    for (let n = 0; n < 3; n++) {
      await expect(sweep({ ...stores, cases: dying(stores.cases) })).rejects.toBe(KILLED)
    }
    await sweep()
    expect(await actionsOn('again')).toEqual(['case.delete'])
  })

  it('what was renewed in the meantime stays, which is recorded once', async () => {
    const { value, revision } = await made('renewed', clock.now - 1)
    await expect(sweep({ ...stores, cases: dying(stores.cases) })).rejects.toBe(KILLED)
    await stores.cases.put('renewed', { ...value, ...until(clock.now + DAY / 2) }, revision)
    await sweep()
    await sweep()
    expect(await stores.cases.find('renewed')).toBeDefined()
    expect(await actionsOn('renewed')).toEqual(['case.delete', 'request.refuse'])
  })

  it('what was saved again since under the same key is a different record', async () => {
    await made('open', clock.now + 100 * DAY)
    const sample = sampleSaved('7ABC123')
    const key = savedKey('open', sample.read.id)
    const save = (end: number) =>
      stores.saved.put(
        key,
        { ...sample, case: 'open', savedAt: instant(clock.now), retention: until(end).retention },
        0,
      )
    await save(clock.now - 1)
    await sweep()
    clock.now += 1000
    await save(clock.now + 50 * DAY)
    await sweep()
    expect(await stores.saved.find(key)).toBeDefined()
    expect(await actionsOn(key)).toEqual(['saved.delete'])
  })
})

describe('what has reached its end', () => {
  const AWAY = new Error('the broker gives no answer')
  const people = memoryRecords<Person>()
  let told: Mail[] = []
  beforeAll(() => {
    const anna = newPerson({ id: 'anna', name: 'Anna', email: 'anna@agency.example' }, 'x1', 0)
    return people.put('anna', { ...anna, state: 'active' }, 0).then(() => {})
  })
  beforeEach(() => {
    told = []
  })
  const box = {
    ids: async () => new Set<string>(),
    post: async (mail: Mail) => void told.push(mail),
  }
  const sweep = (mailbox = box) => sweepKept({ ...stores, people, mailbox }, started(), () => clock.now)
  const toldOf = (id: string) =>
    told.filter(({ subject, text }) => subject.includes('deleted on') && text.includes(`/cases/${id}\n`))

  it.each<[what: keyof typeof box, fault: Partial<typeof box>]>([
    ['ids', { ids: () => Promise.reject(AWAY) }],
    ['post', { post: () => Promise.reject(AWAY) }],
  ])('is not deleted before its owner is told: the e-mails fail (%s)', async (what, fault) => {
    const id = `untold-${what}`
    await made(id, clock.now - 1)
    await expect(sweep({ ...box, ...fault })).rejects.toBe(AWAY)
    expect(await stores.cases.find(id)).toBeDefined()
    await sweep()
    expect(await stores.cases.find(id)).toBeUndefined()
    expect(toldOf(id)).toHaveLength(1)
  })

  it('is deleted a day later in any case', async () => {
    await made('never-told', clock.now)
    const fail = () => sweep({ ...box, ids: () => Promise.reject(AWAY) })
    clock.now += DAY - 1
    await expect(fail()).rejects.toBe(AWAY)
    expect(await stores.cases.find('never-told')).toBeDefined()
    clock.now += 1
    await expect(fail()).rejects.toBe(AWAY)
    expect(await stores.cases.find('never-told')).toBeUndefined()
  })

  it('while the e-mails are written is deleted by the next sweep', async () => {
    await made('meanwhile', clock.now + 500)
    const slow = async () => {
      clock.now += 1000
      return new Set<string>()
    }
    await sweep({ ...box, ids: slow })
    expect(await stores.cases.find('meanwhile')).toBeDefined()
    await sweep()
    expect(await stores.cases.find('meanwhile')).toBeUndefined()
    expect(toldOf('meanwhile')).toHaveLength(1)
  })
})

it('a person who repeats an interrupted deletion leaves one record; for another revision, another (AUD-6)', async () => {
  const { value, revision } = await made('by-hand', clock.now + DAY)
  const entry = { actor: 'anna', action: 'case.delete' as const, subject: 'by-hand', parameters: {} }
  const remove = (at: number, of = stores.cases) =>
    erase(started(), of, { key: 'by-hand', revision: at }, entry)
  await expect(remove(revision, dying(stores.cases))).rejects.toBe(KILLED)
  await expect(remove(revision, dying(stores.cases))).rejects.toBe(KILLED)
  expect(await actionsOn('by-hand')).toEqual(['case.delete'])
  const changed = await stores.cases.put('by-hand', { ...value, title: 'Another title' }, revision)
  expect(await remove(changed.revision)).toBe(true)
  expect(await actionsOn('by-hand')).toEqual(['case.delete', 'case.delete'])
  expect((await started().lastOf('anna'))?.parameters).toEqual({ revision: changed.revision })
  expect(await started().lastOf(RETENTION_ACTOR)).not.toBeNull()
  expect(await started().lastOf('nobody')).toBeNull()
})

it('content that a process overwrote before it died, without recording it, is erased from memory (AUD-6)', async () => {
  const other = await openCases(link, quiet, stop.signal, 100)
  await made('kept', clock.now + DAY)
  const { revision } = await made('overwritten', clock.now + DAY)
  const known = () =>
    other
      .select(({ id }) => ['kept', 'overwritten'].includes(id))
      .map(({ id }) => id)
      .sort()
  await expect.poll(known).toEqual(['kept', 'overwritten'])
  await link.manager.streams.deleteMessage(`KV_${CASES}`, revision, true)
  await expect.poll(known, { timeout: 30_000 }).toEqual(['kept'])
})
