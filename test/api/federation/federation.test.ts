import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createFederation, type FederationOptions } from '@sightline/api/federation/federation'
import type { Place } from '@sightline/api/federation/merge'
import type { FederatedQuestion, FoundRead, VendorReport } from '@sightline/schemas/federated-search'
import type { Read } from '@sightline/schemas/read'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { always, answerOf, type FakeVendor, fakeVendor, honest, PLATE, readAt, send } from './fake-vendor.ts'

/** Signals and requests that only a fetch listens to are collected in the middle of it: it must end all the same. */
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const MINUTE = 60_000
/** After which a vendor counts as late, where that is tested. */
const LATE_MS = 1000
const DAY = 86_400_000
const NOW = Date.parse('2026-11-24T12:00:00.000Z')
const iso = (at: number) => new Date(at).toISOString()

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let one: FakeVendor
let two: FakeVendor
let now = NOW
beforeEach(async () => {
  now = NOW
  folder = await temporaryFolder()
  ;[one, two] = [await fakeVendor('one', folder.path), await fakeVendor('two', folder.path)]
})
afterEach(async () => {
  await Promise.all([one.close(), two.close()])
  await folder.remove()
})

const federationOf = (vendors: readonly FakeVendor[], options: Partial<FederationOptions> = {}) =>
  createFederation({ vendors: vendors.map(({ config }) => config), clock: () => now, log: quiet, ...options })
const search = (
  vendors: readonly FakeVendor[],
  question: FederatedQuestion = {},
  options = {},
  after?: Place,
) => federationOf(vendors, options).search({ plate: PLATE, ...question }, { after })
const idsOf = (reads: readonly FoundRead[]) => reads.map(({ read }) => read.id)
const reportOf = (answer: { vendors: VendorReport[] }, vendor = 'one') =>
  answer.vendors.find((report) => report.vendor === vendor)!

const fresh = readAt(NOW - MINUTE)

describe('several vendors at once (QRY-1)', () => {
  it('are merged, newest first; the same read comes once, with both vendors that gave it', async () => {
    const reads = [1, 2, 3, 4].map((n) => readAt(NOW - n * MINUTE))
    one.behave(honest([reads[0]!, reads[2]!]))
    two.behave(honest([reads[1]!, reads[2]!, reads[3]!]))
    const answer = await search([one, two])
    expect(idsOf(answer.reads)).toEqual(reads.map(({ id }) => id))
    expect(answer.reads.map(({ vendors }) => vendors)).toEqual([['one'], ['two'], ['one', 'two'], ['two']])
    expect(answer).toMatchObject({ complete: true, next: null, narrowed: [] })
    expect(reportOf(answer)).toMatchObject({ rows: 2, refreshedAt: '2026-11-24T00:00:00.000Z', reason: null })
  })

  it('are asked again each time, so that an answer is current, and say how fresh they are (QRY-9)', async () => {
    one.behave(honest([readAt(NOW - 2 * MINUTE)]))
    expect((await search([one])).reads).toHaveLength(1)
    one.behave(honest([readAt(NOW - 2 * MINUTE), fresh]))
    const answer = await search([one])
    expect(idsOf(answer.reads)[0]).toBe(fresh.id)
    expect(reportOf(answer).refreshedAt).toBe('2026-11-24T00:00:00.000Z')
  })

  it('are asked with their own credentials, which no other vendor gets', async () => {
    const seen: (string | undefined)[] = []
    for (const vendor of [one, two]) {
      vendor.behave((_, response, request) => {
        seen.push(request.headers.authorization)
        send(response, answerOf([]))
      })
    }
    await search([one, two])
    expect(seen.sort()).toEqual(['Bearer token-of-one', 'Bearer token-of-two'])
  })

  it('of which only the granted ones are asked (ACC-6)', async () => {
    two.behave(always([fresh]))
    const answer = await search([one, two], { vendors: ['two'] })
    expect(one.asked).toEqual([])
    expect(answer.vendors.map(({ vendor }) => vendor)).toEqual(['two'])
    await expect(search([one, two], { vendors: ['three'] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('must be at least one', async () => {
    await expect(search([])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
  })

  it('are paged by one cursor, each read once, whatever the vendors’ page sizes are', async () => {
    const all: Read[] = []
    for (let n = 0; n < 60; n++) {
      // Several reads at one instant, and a read that both have.
      const at = NOW - MINUTE * (1 + Math.floor(n / 7))
      all.push(readAt(at, { cameraId: `cam-${n}` }))
    }
    one.behave(honest(all.filter((_, n) => n % 2 === 0 || n % 5 === 0)))
    two.behave(honest(all.filter((_, n) => n % 2 === 1 || n % 5 === 0)))
    const federation = federationOf([one, two])
    const seen: string[] = []
    let after: Place | undefined
    let pages = 0
    do {
      const page = await federation.search({ plate: PLATE, limit: 4 }, { after })
      expect(page.reads.length).toBeLessThanOrEqual(4)
      seen.push(...idsOf(page.reads))
      after = page.next ?? undefined
      expect(++pages).toBeLessThan(60)
    } while (after)
    expect(new Set(seen).size).toBe(seen.length)
    expect(new Set(seen)).toEqual(new Set(all.map(({ id }) => id)))
  })

  it('keep their pages when new reads arrive between them', async () => {
    const old = [2, 3, 4, 5].map((n) => readAt(NOW - n * MINUTE))
    one.behave(honest(old))
    const federation = federationOf([one])
    const first = await federation.search({ plate: PLATE, limit: 2 })
    one.behave(honest([fresh, readAt(NOW - MINUTE / 2), ...old]))
    now += MINUTE
    const question = { plate: PLATE, limit: 2, ...first.window }
    const second = await federation.search(question, { after: first.next! })
    expect([...idsOf(first.reads), ...idsOf(second.reads)]).toEqual(old.map(({ id }) => id))
  })
})

describe('the search window', () => {
  it('is the last 30 days first, and the answer says how to ask for older reads (QRY-3)', async () => {
    const answer = await search([one])
    const from = iso(NOW - 30 * DAY)
    expect(one.asked[0]).toMatchObject({ from, to: iso(NOW) })
    expect(answer.older).toEqual({ from: '2021-11-24T12:00:00.000Z', to: from })
    await search([one], answer.older!)
    expect(one.asked[1]).toMatchObject(answer.older!)
  })

  it('is shortened when `from` is before the five-year limit (QRY-4)', async () => {
    const answer = await search([one], { from: '2010-01-01T00:00:00.000Z' })
    expect(one.asked[0]!.from).toBe('2021-11-24T12:00:00.000Z')
    expect(answer.narrowed).toEqual([expect.stringContaining('older than 5 years')])
    expect(answer.older).toBeNull()
  })

  it('is shortened when `to` is in the future', async () => {
    const answer = await search([one], { to: '2030-01-01T00:00:00.000Z' })
    expect(one.asked[0]!.to).toBe(iso(NOW))
    expect(answer.narrowed).toEqual([expect.stringContaining('future')])
  })

  it.each([
    [
      'lies before the limit (QRY-4)',
      { from: '2020-01-01T00:00:00.000Z', to: '2021-11-24T12:00:00.000Z' },
      'RULE_BROKEN',
    ],
    ['is in the future', { from: '2026-11-24T12:00:00.000Z', to: '2027-01-01T00:00:00.000Z' }, 'RULE_BROKEN'],
    [
      'runs backwards',
      { from: '2026-11-02T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
      'MESSAGE_INVALID',
    ],
    ['has a day that does not exist', { from: '2026-02-30T00:00:00.000Z' }, 'MESSAGE_INVALID'],
  ])('that %s is refused, and nobody is asked', async (_, window, code) => {
    await expect(search([one], window)).rejects.toMatchObject({ code })
    expect(one.asked).toEqual([])
  })

  it('begins on a leap day exactly five years ago, not a moment earlier (QRY-4)', async () => {
    const rows = ['2024-02-28T11:59:59.999Z', '2024-02-28T12:00:00.000Z', '2024-02-29T00:00:00.000Z'].map(
      (at) => readAt(at),
    )
    one.behave(always(rows.toReversed()))
    now = Date.parse('2029-02-28T12:00:00.000Z')
    const before = await search([one], { from: '2024-01-01T00:00:00.000Z' })
    expect(idsOf(before.reads)).toEqual([rows[2]!.id, rows[1]!.id])
    // A year without the day: 29 February has passed with 28 February.
    now = Date.parse('2029-03-01T00:00:00.000Z')
    expect((await search([one], { from: '2024-01-01T00:00:00.000Z' })).reads).toEqual([])
    // Asked on a leap day: the date did not exist, 1 March is the first.
    now = Date.parse('2028-02-29T12:00:00.000Z')
    await search([one], { from: '2020-01-01T00:00:00.000Z' })
    expect(one.asked.at(-1)!.from).toBe('2023-03-01T00:00:00.000Z')
  })

  it('does not reach further back when the clock is set back, nor on a later page (QRY-4)', async () => {
    const old = [readAt('2021-11-25T00:00:00.000Z'), readAt('2021-11-24T13:00:00.000Z')]
    one.behave(always(old))
    const federation = federationOf([one])
    const ask = () => federation.search({ plate: PLATE, from: '2020-01-01T00:00:00.000Z', limit: 1 })
    const first = await ask()
    expect(idsOf(first.reads)).toEqual([old[0]!.id])
    now += DAY
    const question = { plate: PLATE, limit: 1, ...first.window }
    expect((await federation.search(question, { after: first.next! })).reads).toEqual([])
    now = NOW - 30 * DAY
    expect((await ask()).reads).toEqual([])
    expect(one.asked.at(-1)!.from).toBe('2021-11-25T12:00:00.000Z')
  })
})

describe('a vendor that returns what it must not is filtered and reported:', () => {
  it.each<[string, unknown[], Partial<VendorReport['filtered']>, VendorReport['state']]>([
    ['reads older than five years (QRY-4)', [readAt('2021-11-24T11:59:59.999Z')], { tooOld: 1 }, 'complete'],
    ['reads before the window', [readAt(NOW - 31 * DAY)], { outside: 1 }, 'complete'],
    ['reads of the future', [readAt(NOW + 1)], { outside: 1 }, 'complete'],
    ['foreign cameras (CAP-5)', [readAt(NOW - 2 * MINUTE, { country: 'MX' })], { foreign: 1 }, 'complete'],
    ['another plate (QRY-6)', [readAt(NOW - 2 * MINUTE, { plate: 'OTHER1' })], { unasked: 1 }, 'complete'],
    ['no read at all', [null, 7, {}, { ...fresh, extra: 1 }], { malformed: 4 }, 'partial'],
    ['a read without a camera', [{ ...fresh, camera: null }], { malformed: 1 }, 'partial'],
    ['a date that does not exist', [readAt('2026-11-31T00:00:00.000Z')], { malformed: 1 }, 'partial'],
    ['the id of another read', [{ ...readAt(NOW - 2 * MINUTE), id: fresh.id }], { malformed: 1 }, 'partial'],
  ])('%s', async (_, rows, filtered, state) => {
    one.behave(always([fresh, ...rows].sort((a, b) => ((a as Read)?.seenAt < (b as Read)?.seenAt ? 1 : -1))))
    const answer = await search([one])
    expect(idsOf(answer.reads)).toEqual([fresh.id])
    const none = { tooOld: 0, foreign: 0, malformed: 0, outside: 0, unasked: 0, surplus: 0 }
    expect(reportOf(answer)).toMatchObject({
      state,
      rows: 1 + rows.length,
      filtered: { ...none, ...filtered },
    })
    expect(answer.complete).toBe(state === 'complete')
  })

  it('reads from another place, or of another vehicle there (QRY-6)', async () => {
    const toyota = { vehicle: { make: 'Toyota', model: 'Camry', color: null } }
    const found = readAt(NOW - MINUTE, { plate: 'OTHER1', ...toyota })
    const elsewhere = { ...readAt(NOW - 2 * MINUTE, toyota), position: { ...found.position!, lat: 32.6 } }
    const ford = readAt(NOW - 3 * MINUTE, { vehicle: { make: 'Ford', model: null, color: null } })
    one.behave(always([found, elsewhere, ford]))
    const answer = await federationOf([one]).search({
      area: { lat: 32.5, lon: -117, radiusM: 500 },
      vehicle: { make: 'Toyota' },
    })
    expect(idsOf(answer.reads)).toEqual([found.id])
    expect(reportOf(answer)).toMatchObject({ rows: 3, filtered: { unasked: 2 }, state: 'complete' })
  })

  it('plates that do not fit a pattern, or are no look-alike (QRY-6)', async () => {
    const rows = ['7ABC123', '7ABC128', '7XYC123'].map((plate, n) =>
      readAt(NOW - (n + 1) * MINUTE, { plate }),
    )
    one.behave(always(rows))
    const plates = async (request: FederatedQuestion) =>
      (await federationOf([one]).search(request)).reads.map(({ read }) => read.plate)
    expect(await plates({ plate: PLATE, match: 'ocr' })).toEqual(['7ABC123', '7ABC128'])
    expect(await plates({ pattern: '7A*12?' })).toEqual(['7ABC123', '7ABC128'])
    expect(await plates({ pattern: '??YC*' })).toEqual(['7XYC123'])
  })

  it('more rows than were asked for: the rest comes on the next pages', async () => {
    const reads = Array.from({ length: 50 }, (_, n) => readAt(NOW - (n + 1) * MINUTE))
    one.behave(({ to }, response) => send(response, answerOf(reads.filter(({ seenAt }) => seenAt < to))))
    const first = await search([one], { limit: 10 })
    expect(idsOf(first.reads)).toEqual(reads.slice(0, 10).map(({ id }) => id))
    expect(reportOf(first)).toMatchObject({ rows: 50, filtered: { surplus: 39 } })
    const second = await search([one], { limit: 10 }, {}, first.next!)
    expect(idsOf(second.reads)).toEqual(reads.slice(10, 20).map(({ id }) => id))
  })

  it('unordered rows are sorted, and the answer is called partial when there are more', async () => {
    const reads = [3, 1, 2].map((n) => readAt(NOW - n * MINUTE))
    one.behave(always(reads))
    const answer = await search([one])
    expect(answer.reads.map(({ read }) => read.seenAt)).toEqual([1, 2, 3].map((n) => iso(NOW - n * MINUTE)))
    expect(reportOf(answer).state).toBe('partial')
  })

  it('a cursor that never ends', async () => {
    one.behave(always([], 'again'))
    const answer = await search([one])
    expect(reportOf(answer)).toMatchObject({
      state: 'partial',
      reason: 'the vendor keeps sending pages without end',
    })
    expect(answer.next).toBeNull()
  })
})

describe('a vendor that fails does not affect the others’ answers, and is named:', () => {
  /** @param deadlineMs of the one that fails, where its lateness is tested; the other has all the time it needs */
  const failing = async (
    behavior: Parameters<FakeVendor['behave']>[0],
    options: Partial<FederationOptions> = {},
    deadlineMs = one.config.deadlineMs,
  ) => {
    one.behave(behavior)
    two.behave(honest([fresh]))
    const begun = performance.now()
    const vendors = [{ ...one, config: { ...one.config, deadlineMs } }, two]
    const answer = await search(vendors, {}, options)
    // Nobody waits for a patient deadline because of one that fails.
    expect(performance.now() - begun).toBeLessThan(20_000)
    expect(answer.reads.some(({ vendors }) => vendors.includes('two'))).toBe(true)
    expect(reportOf(answer, 'two')).toMatchObject({ state: 'complete', rows: 1 })
    expect(answer.complete).toBe(false)
    return { answer, report: reportOf(answer) }
  }

  it('a million rows: the connection is cut at the limit of bytes, and the rows before that are kept', async () => {
    let sent = 0
    let isCut = false
    const rows = Array.from({ length: 1000 }, (_, n) => readAt(NOW - (n + 1) * 1000, { cameraId: 'cam-2' }))
    const { answer, report } = await failing(
      async (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{"v":1,"reads":[')
        const closed = once(response, 'close').then(() => {
          isCut = true
        })
        const text = rows.map((row) => JSON.stringify(row)).join(',')
        for (let thousand = 0; thousand < 1000 && !isCut; thousand++) {
          if (!response.write(`${thousand ? ',' : ''}${text}`)) {
            await Promise.race([new Promise((done) => response.once('drain', done)), closed])
          }
          sent += rows.length
        }
        response.end(']}')
      },
      { maxBytes: 300_000 },
    )
    expect(report).toMatchObject({
      state: 'partial',
      reason: "the vendor's answer is larger than 300000 bytes",
      rows: 101,
    })
    expect(answer.reads).toHaveLength(100)
    expect(answer.next).not.toBeNull()
    await expect.poll(() => isCut).toBe(true)
    expect(sent).toBeLessThan(200_000)
  })

  const half = JSON.stringify(
    answerOf([1, 2, 3].map((n) => readAt(NOW - n * MINUTE, { cameraId: 'cam-2' }))),
  ).slice(0, 1300)

  it.each<[string, Parameters<FakeVendor['behave']>[0]]>([
    [
      'and the connection breaks',
      (_, response) => {
        response.writeHead(200, { 'content-length': 5000 })
        response.write(half, () => response.destroy())
      },
    ],
    [
      'and it stalls',
      (_, response) => {
        response.writeHead(200)
        response.write(half)
        setTimeout(collectGarbage, 100)
      },
    ],
    ['as if it were whole', (_, response) => send(response, half)],
  ])('half an answer %s: whole rows are kept, and it is called partial', async (_, behavior) => {
    const { answer, report } = await failing(behavior, {}, LATE_MS)
    expect(report).toMatchObject({ state: 'partial', rows: 2 })
    // The newest of the two is shown; behind the last that came there may be others, which the next page asks for.
    expect(answer.reads.map(({ vendors }) => vendors)).toEqual(expect.arrayContaining([['one']]))
    expect(answer.next).not.toBeNull()
  })

  it('no answer', async () => {
    const { report } = await failing(() => void setTimeout(collectGarbage, 100), {}, LATE_MS)
    expect(report).toMatchObject({ state: 'late', reason: `no answer within ${LATE_MS} ms`, rows: 0 })
  })

  it('an answer after the deadline', async () => {
    const answerLate: Parameters<typeof failing>[0] = async (_, response) => {
      await sleep(1.5 * LATE_MS)
      send(response, answerOf([readAt(NOW - 2 * MINUTE)]))
    }
    const { report } = await failing(answerLate, {}, LATE_MS)
    expect(report).toMatchObject({ state: 'late', rows: 0 })
  })

  it.each<[string, Parameters<FakeVendor['behave']>[0], Partial<VendorReport>]>([
    [
      'a connection that breaks',
      (_, response) => void response.destroy(),
      { state: 'unreachable', reason: 'the connection failed' },
    ],
    [
      'a server that fails',
      (_, response) => send(response, 'at secret.ts', 503),
      { state: 'unreachable', reason: 'the vendor failed (503)' },
    ],
    [
      'a refusal, with its words',
      (_, response) => send(response, { code: 'SEARCH_TOO_LARGE', message: 'too many reads' }, 422),
      { state: 'refused', reason: 'the vendor refused (422): too many reads' },
    ],
    [
      'credentials that it does not know',
      (_, response) => send(response, 'no', 401),
      { state: 'refused', reason: 'the vendor refused (401)' },
    ],
    [
      'something else than an answer',
      (_, response) => send(response, { hello: 1 }),
      { state: 'unreachable' },
    ],
    [
      'no JSON',
      (_, response) => send(response, '<html>'),
      { state: 'unreachable', reason: "the vendor's answer is not complete JSON" },
    ],
    ['another version', (_, response) => send(response, { ...answerOf([]), v: 2 }), { state: 'unreachable' }],
  ])('%s', async (_, behavior, expected) => {
    expect((await failing(behavior)).report).toMatchObject({ ...expected, rows: 0 })
  })

  it('a redirect: the credentials are sent nowhere else', async () => {
    const { report } = await failing((_, response) => {
      response.writeHead(307, { location: `${two.config.url}/v1/search` })
      response.end()
    })
    expect(report.state).toBe('unreachable')
    expect(two.asked).toHaveLength(1)
  })

  it('a vendor that is down', async () => {
    await one.close()
    expect((await failing(() => {})).report).toMatchObject({
      state: 'unreachable',
      reason: 'the connection failed',
    })
  })

  it('a vendor whose credentials are missing is not asked', async () => {
    await rm(one.config.credentialsFile)
    expect((await failing(honest([]))).report.state).toBe('refused')
    expect(one.asked).toEqual([])
  })
})

describe('the circuit breaker', () => {
  it('skips a vendor that fails again and again, and tries it once after a pause', async () => {
    one.behave((_, response) => send(response, '', 503))
    const federation = federationOf([one], { failures: 3, restMs: 150 })
    const state = async () => reportOf(await federation.search({ plate: PLATE }))
    for (let n = 0; n < 3; n++) expect((await state()).reason).toBe('the vendor failed (503)')
    expect((await state()).reason).toContain('failed repeatedly')
    expect(one.asked).toHaveLength(3)
    one.behave(honest([fresh]))
    await sleep(200)
    expect(await state()).toMatchObject({ state: 'complete', rows: 1 })
    expect(await state()).toMatchObject({ state: 'complete' })
  })

  it('tries it again after the pause, also when the clock of the host is set back meanwhile', async () => {
    one.behave((_, response) => send(response, '', 503))
    const federation = federationOf([one], { failures: 1, restMs: 50 })
    const right = Date.now
    const wrong = vi.spyOn(Date, 'now').mockImplementation(() => right() + 3_600_000)
    const state = async () => reportOf(await federation.search({ plate: PLATE })).state
    expect(await state()).toBe('unreachable')
    wrong.mockRestore()
    one.behave(honest([fresh]))
    await expect.poll(state, { timeout: 30_000, interval: 100 }).toBe('complete')
  })

  it('does not count what a vendor refuses, nor a caller who hangs up', async () => {
    one.behave((_, response) => send(response, '', 422))
    const federation = federationOf([one], { failures: 2, restMs: 60_000 })
    for (let n = 0; n < 4; n++) await federation.search({ plate: PLATE })
    one.behave(() => {})
    for (let n = 0; n < 3; n++) {
      await expect(federation.search({ plate: PLATE }, { signal: AbortSignal.timeout(30) })).rejects.toThrow()
    }
    one.behave(honest([fresh]))
    expect(reportOf(await federation.search({ plate: PLATE })).state).toBe('complete')
  })
})

describe('companions of several vendors (QRY-10)', () => {
  const companion = (plate: string, chance: number, seenAt = NOW - DAY, countries = ['US']) => ({
    ...{ plate, days: 5, sightings: 9, expectedDays: 0.1, chance },
    evidence: countries.map((country) => ({ seenAt: iso(seenAt), camera: 'cam-1', country })),
  })
  const request = { plate: PLATE, from: iso(NOW - 90 * DAY), limit: 20 }
  const giving = (...companions: unknown[]) => ({ v: 1, companions, refreshedAt: null })

  it('are ranked together; evidence older than five years is filtered and reported (QRY-4)', async () => {
    one.behave((_, response) =>
      send(
        response,
        giving(
          companion('AAA111', 1e-9),
          companion('OLD111', 1e-12, NOW - 6 * 365 * DAY),
          companion(PLATE, 0),
        ),
      ),
    )
    two.behave((_, response) => send(response, giving(companion('BBB222', 1e-10))))
    const answer = await federationOf([one, two]).companions(request)
    expect(answer.companions.map(({ plate, vendor }) => [plate, vendor])).toEqual([
      ['BBB222', 'two'],
      ['AAA111', 'one'],
    ])
    expect(reportOf(answer).filtered).toMatchObject({ tooOld: 1, unasked: 1 })
  })

  it('seen by a camera outside the United States are neither shown nor counted: what a vendor says is checked (CAP-5)', async () => {
    one.behave((_, response) =>
      send(
        response,
        giving(
          companion('AAA111', 1e-9),
          companion('MEX111', 1e-12, NOW - DAY, ['MX']),
          companion('MEX222', 1e-11, NOW - DAY, ['US', 'CA', 'US']),
        ),
      ),
    )
    const mute = companion('BBB222', 1e-10)
    two.behave((_, response) =>
      send(response, giving({ ...mute, evidence: mute.evidence.map(({ country, ...rest }) => rest) })),
    )
    const answer = await federationOf([one, two]).companions(request)
    expect(answer.companions.map(({ plate }) => plate)).toEqual(['AAA111'])
    expect(reportOf(answer).filtered).toMatchObject({ foreign: 2 })
    // If the vendor names no country, it may be another one.
    expect(reportOf(answer, 'two').state).toBe('unreachable')
  })

  it('from a vendor that fails are missing, and the answer says so', async () => {
    one.behave((_, response) => send(response, '{"v":1,"companions":[{'))
    two.behave((_, response) => send(response, { v: 1, companions: [{ plate: 'x' }], refreshedAt: null }))
    const answer = await federationOf([one, two]).companions(request)
    expect(answer).toMatchObject({ companions: [], complete: false })
    expect(answer.vendors.map(({ state }) => state)).toEqual(['unreachable', 'unreachable'])
  })
})
