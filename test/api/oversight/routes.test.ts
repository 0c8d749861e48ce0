import { sweepOversight } from '@sightline/api/oversight/sweep'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import { type AuditRecord, sealRecord } from '@sightline/schemas/audit-record'
import type { AuditReview } from '@sightline/schemas/audit-review'
import type { Mail } from '@sightline/schemas/mail'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleHoldings } from './holdings.ts'
import { hold, type OversightRig, recordsIn, startOversightRig } from './rig.ts'
import { DAY, HOUR, NOW, purposeOf } from './support.ts'

const clock = { now: Date.UTC(2026, 7, 10, 12) }
let rig: OversightRig
let oversight: ReturnType<OversightRig['as']>
const OVERSIGHT = { state: 'active' as const, offices: ['oversight' as const] }
const REASON = 'The case names this plate, and its purpose says why.'

beforeAll(async () => {
  rig = await startOversightRig(clock)
  oversight = rig.as('ona', 'oversight')
  await hold(rig, sampleHoldings())
  const { audit } = rig.deps
  for (let n = 0; n < 30; n++) {
    clock.now += HOUR
    const parameters = {
      plate: n < 12 ? '7ABC123' : `8AB${n}`,
      caseRef: 'REF-c-event',
      purpose: purposeOf(n),
    }
    await audit.record({
      actor: n < 20 ? 'jane' : 'john',
      action: 'query.search',
      subject: `q${n}`,
      parameters,
    })
  }
  await audit.record({ actor: 'john', action: 'display.close', subject: 'd-exact', parameters: {} })
  clock.now = NOW
})
afterAll(() => rig.close())
const recordsOf = (action: string) => recordsIn(rig, action)

type Page = { records: AuditRecord[]; next: string | null; searchedTo: string | null; malformed: number }
const search = async (body: object): Promise<Page> => {
  const answer = await oversight('POST', '/v1/oversight/audit/search', body)
  expect(answer.statusCode).toBe(200)
  return answer.json()
}

describe('the search of the audit log (AUD-3)', () => {
  it('finds by person, plate, case and time, newest first (AUD-3)', async () => {
    const inAugust = { to: '2026-09-01T00:00:00.000Z' }
    const of = async (body: object) => (await search({ limit: 100, ...inAugust, ...body })).records
    expect((await of({ person: 'john' })).map(({ number }) => number)).toEqual([
      31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21,
    ])
    // Its display is closed without the record saying the plate.
    expect((await of({ plate: '7abc 123' })).map(({ number }) => number)).toEqual([
      31, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ])
    // By the id of the case, though the records have its reference; what belongs to it comes along.
    expect(await of({ case: 'c-event' })).toHaveLength(31)
    expect(await of({ from: instant(Date.UTC(2026, 7, 11)), plate: '7ABC123', person: 'jane' })).toHaveLength(
      1,
    )
  })

  it('returns every record once, a page at a time, while the log grows (AUD-3)', async () => {
    const numbers: number[] = []
    let cursor: string | null = null
    do {
      const page: Page = await search({ action: 'query.search', limit: 7, ...(cursor && { cursor }) })
      numbers.push(...page.records.map(({ number }) => number))
      cursor = page.next
    } while (cursor)
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => 30 - n))
  })

  it('is itself recorded before its answer, with everything that was asked (AUD-2, AUD-3)', async () => {
    await search({ plate: '7ABC-999', person: 'jane' })
    const [last] = (await recordsOf('audit.search')).slice(-1)
    expect(last).toMatchObject({ actor: 'ona', parameters: { plate: '7ABC999', person: 'jane', limit: 50 } })
    const { records } = await search({ action: 'audit.search', person: 'ona', limit: 1 })
    expect(records[0]!.parameters).toEqual({ action: 'audit.search', person: 'ona', limit: 1 })
  })

  it.each(['analyst', 'supervisor', 'system-owner', 'administrator'] as const)(
    'is refused to everybody but oversight, so that only oversight can read plates in it: %s (AUD-2)',
    async (role) => {
      const answer = await rig.as('eve', role)('POST', '/v1/oversight/audit/search', { plate: '7ABC123' })
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'NOT_ALLOWED'])
      expect((await rig.as('eve', role)('GET', '/v1/oversight/audit/1')).statusCode).toBe(403)
      expect(answer.body).not.toContain('7ABC123')
    },
  )

  it('shows a single record, and says when there is none', async () => {
    expect((await oversight('GET', '/v1/oversight/audit/3')).json()).toMatchObject({
      number: 3,
      subject: 'q2',
    })
    expect((await oversight('GET', '/v1/oversight/audit/9999999')).statusCode).toBe(404)
    expect((await oversight('GET', '/v1/oversight/audit/0')).statusCode).toBe(400)
  })

  it('refuses an invalid plate, instant or cursor', async () => {
    for (const body of [{ plate: '***' }, { from: 'yesterday' }, { cursor: '-1' }, { sql: 'drop' }]) {
      const { statusCode } = await oversight('POST', '/v1/oversight/audit/search', body)
      expect([body, statusCode >= 400 && statusCode < 500]).toEqual([body, true])
    }
  })

  it('is exported as a table that says who exported it and when, in every row (AUD-2)', async () => {
    const body = { plate: '7ABC123', action: 'query.search' }
    const answer = await oversight('POST', '/v1/oversight/audit/export', body)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    const lines = answer.body.trimEnd().split('\r\n')
    expect(lines).toHaveLength(13)
    const [exported] = await recordsOf('audit.export')
    expect(exported).toMatchObject({ actor: 'ona', parameters: { plate: '7ABC123', format: 'csv' } })
    const mark = `,ona,${instant(NOW)},${exported!.subject}`
    expect(lines.slice(1).every((line) => line.endsWith(mark))).toBe(true)
  })
})

describe('the quarterly review (AUD-3)', () => {
  it('draws a sample of the quarter, is judged item by item, signed, and is itself recorded (AUD-3)', async () => {
    const url = '/v1/oversight/reviews/2026-Q3'
    const due = (await oversight('GET', '/v1/oversight/due')).json()
    expect(due.auditReviews).toEqual([{ quarter: '2026-Q3', state: 'not opened', left: null }])
    expect((await oversight('POST', '/v1/oversight/reviews/2026-Q4')).json().code).toBe('RULE_BROKEN')
    const opened = await oversight('POST', url)
    expect(opened.statusCode).toBe(201)
    const review: AuditReview = opened.json()
    expect(review.population).toMatchObject({ records: 31, people: 2, first: 1, last: 31 })
    expect(new Set(review.items.map(({ record }) => record?.actor))).toEqual(
      new Set([undefined, 'jane', 'john']),
    )
    expect(review.items[0]!.signal).toMatchObject({
      kind: 'again-and-again',
      people: ['jane'],
      plate: '7ABC123',
    })
    expect((await oversight('POST', url)).json().code).toBe('CONFLICT')

    const early = await oversight('POST', `${url}/sign-off`, { statement: REASON })
    expect([early.statusCode, early.json().code]).toEqual([422, 'RULE_BROKEN'])
    const own = await rig.as('jane', 'oversight')('POST', `${url}/items/${review.items[0]!.id}`, {
      ...{ verdict: 'explained', reason: REASON },
    })
    expect([own.statusCode, own.json().code]).toEqual([403, 'NOT_ALLOWED'])

    // Several look at different items at the same time: none of their verdicts is lost.
    const judged = await Promise.all(
      review.items.map(({ id }, n) =>
        rig.as(`ona${n % 3}`, 'oversight')('POST', `${url}/items/${id}`, {
          verdict: 'in order',
          reason: REASON,
        }),
      ),
    )
    const again = judged.flatMap(({ statusCode }, n) => (statusCode === 409 ? [review.items[n]!.id] : []))
    for (const id of again)
      await oversight('POST', `${url}/items/${id}`, { verdict: 'in order', reason: REASON })
    const signed = await oversight('POST', `${url}/sign-off`, { statement: REASON })
    expect([signed.statusCode, signed.json().signOff?.by]).toEqual([200, 'ona'])
    expect(
      (await oversight('GET', url)).json().items.every(({ finding }: { finding: object }) => finding),
    ).toBe(true)
    expect((await oversight('POST', `${url}/sign-off`, { statement: REASON })).json().code).toBe('CONFLICT')
    expect((await oversight('GET', '/v1/oversight/due')).json().auditReviews).toEqual([])
    expect((await oversight('GET', '/v1/oversight/reviews')).json().reviews).toMatchObject([
      { quarter: '2026-Q3', left: 0 },
    ])

    const [open] = await recordsOf('audit.review-open')
    const [sign] = await recordsOf('audit.review-sign')
    expect([open, sign]).toMatchObject([
      { actor: 'ona', subject: '2026-Q3' },
      { actor: 'ona', subject: '2026-Q3', parameters: { statement: REASON } },
    ])
    const refused = (await recordsOf('request.refuse')).map(({ parameters }) => parameters.refused)
    expect(refused).toEqual(
      expect.arrayContaining(['audit.review-judge', 'audit.review-sign', 'audit.review-open']),
    )
  })
})

describe('the sweep', () => {
  it('sends reminders of a due review once (AUD-3)', async () => {
    const mails = new Map<string, Mail>()
    const mailbox = {
      ids: async () => new Set(mails.keys()),
      post: async (one: Mail) => void mails.set(one.id, one),
    }
    const ona = newPerson({ id: 'ona', name: 'Ona', email: 'ona@agency.example' }, 'ada', NOW)
    const people = { ...rig.deps.people, all: async () => [{ value: { ...ona, ...OVERSIGHT }, revision: 1 }] }
    const later = NOW + 40 * DAY
    for (let n = 0; n < 2; n++) await sweepOversight({ ...rig.deps, people, mailbox, clock: () => later })
    expect([...mails.keys()]).toEqual(['audit-review-2026-Q4-ona-0'])
  })
})

describe('the search for misuse (AUD-5)', () => {
  it('uses the thresholds that oversight sets, which nobody overwrites unseen (AUD-5)', async () => {
    const url = '/v1/oversight/misuse-settings'
    const seen = await oversight('GET', url)
    const etag = seen.headers.etag as string
    const closePlates = [{ plate: '8AB15', relation: 'own', people: ['jane'] }]
    const body = { ...seen.json(), closePlates }
    expect((await oversight('PUT', url, body)).statusCode).toBe(428)
    const zone = { timeZone: 'Mars/Olympus', days: [1], fromHour: 8, toHour: 16 }
    expect((await oversight('PUT', url, { ...body, shift: zone }, { 'if-match': etag })).statusCode).toBe(400)
    expect((await oversight('PUT', url, body, { 'if-match': etag })).statusCode).toBe(200)
    expect((await oversight('PUT', url, body, { 'if-match': etag })).json().code).toBe('CONFLICT')
    const window = `from=${instant(NOW - 120 * DAY)}&to=${instant(NOW)}`
    const { signals } = (await oversight('GET', `/v1/oversight/signals?${window}`)).json()
    expect(signals).toMatchObject([{ kind: 'close-plate', people: ['jane'] }, { kind: 'again-and-again' }])
    expect((await recordsOf('misuse.settings-change'))[0]!.parameters).toMatchObject({ closePlates })
  })

  it('has no effect on anybody: people with signs against them work as before (AUD-5)', async () => {
    const jane = rig.as('jane', 'analyst')
    expect((await jane('GET', '/v1/cases/c-event/saved/export?format=csv')).statusCode).toBe(200)
    const { people, access } = rig.deps
    expect([await people.all(), await access.all()]).toEqual([[], []])
  })

  it.each([
    'from=2026-02-31T00:00:00.000Z',
    'from=2020-01-01T00:00:00.000Z',
    'to=2030',
    `from=${instant(NOW)}&to=${instant(NOW)}`,
  ])('refuses an invalid or too long time: %s', async (query) => {
    const { statusCode } = await oversight('GET', `/v1/oversight/signals?${query}`)
    expect([400, 422]).toContain(statusCode)
  })
})

describe('a log that contains something that is no record', () => {
  it('can still be searched, and the answer says so (AUD-2, AUD-3)', async () => {
    const { auditLookup } = rig.deps
    const { record: last } = await auditLookup.get(await auditLookup.last())
    await rig.link.js.publish('audit.mallory', '{"v":1}')
    // Behind it the chain goes on, or nothing could be recorded any more.
    const { v: _v, number: _n, previous: _p, hash: _h, ...content } = last!
    await rig.link.js.publish('audit.ona', sealRecord(content, last!).text)
    const page = await search({ action: 'query.search', limit: 100 })
    expect([page.records.length, page.malformed]).toEqual([30, 1])
    const found = await oversight('GET', `/v1/oversight/audit/${last!.number + 1}`)
    expect(found.json()).toMatchObject({ number: last!.number + 1, previous: last!.hash })
    expect((await oversight('GET', '/v1/oversight/audit/99999')).statusCode).toBe(404)
  })
})
