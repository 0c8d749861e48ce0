import { createHash } from 'node:crypto'
import { savedKey } from '@sightline/api/cases/saved-store'
import { heldAccount } from '@sightline/api/oversight/account'
import { accountPdf } from '@sightline/api/oversight/account-pdf'
import { instant } from '@sightline/runtime/clock'
import { heldAccountParser } from '@sightline/schemas/held-account'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleHoldings, sampleSaved } from './holdings.ts'
import { hold, type OversightRig, recordsIn, startOversightRig } from './rig.ts'
import { NOW } from './support.ts'

let rig: OversightRig
let oversight: ReturnType<OversightRig['as']>
const REASON = 'The requester shows that the vehicle is theirs.'

beforeAll(async () => {
  rig = await startOversightRig({ now: NOW })
  oversight = rig.as('ona', 'oversight')
  await hold(rig, sampleHoldings())
})
afterAll(() => rig.close())
const recordsOf = (action: string) => recordsIn(rig, action)

describe('the account for the FOIA and the Privacy Act (AUD-8)', () => {
  const wanted = { law: 'FOIA', requestRef: 'CBP-2026-1', reason: REASON, plates: ['7ABC 123'] }

  it('is compiled from what the agency holds, as JSON, recorded before and with its digest after (AUD-8)', async () => {
    const answer = await oversight('POST', '/v1/oversight/accounts', wanted)
    const account = heldAccountParser.parseJson(answer.body)
    expect(account.cases).toHaveLength(3)
    expect(account.saved[0]!.value.read.plate).toBe('7ABC123')
    const digest = createHash('sha256').update(answer.body).digest('hex')
    expect(answer.headers['x-content-sha256']).toBe(digest)
    const [asked] = await recordsOf('account.compile')
    const [given] = await recordsOf('account.answer')
    expect(asked).toMatchObject({
      actor: 'ona',
      parameters: { plates: ['7ABC123'], requestRef: 'CBP-2026-1' },
    })
    expect(given!.number).toBe(asked!.number + 1)
    expect(given!.parameters).toMatchObject({
      digest,
      found: { cases: 3, saved: 1, lookouts: 1, displays: 2 },
    })
  })

  it('is available as PDF, which names the person who took it on every page (AUD-8)', async () => {
    const answer = await oversight('POST', '/v1/oversight/accounts?format=pdf', wanted)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/pdf'])
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="account-[0-9a-f]{8}\.pdf"$/)
    expect(answer.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
    expect(answer.rawPayload.subarray(-6).toString()).toContain('%%EOF')
  })

  it('accepts letters that the fonts of a PDF do not have', async () => {
    const account = heldAccount(
      { law: 'FOIA', requestRef: 'X-1', words: ['Ерёма €'] },
      sampleHoldings(),
      'ona',
      NOW,
    )
    const mark = { exportedBy: 'ona', exportedAt: instant(NOW), exportId: 'e1' }
    expect((await accountPdf(account, 'a'.repeat(64), mark)).length).toBeGreaterThan(1000)
  })

  it('needs a plate or words, and is for oversight only (AUD-8)', async () => {
    const { plates: _, ...nothing } = wanted
    expect((await oversight('POST', '/v1/oversight/accounts', nothing)).json().code).toBe('RULE_BROKEN')
    for (const body of [
      { ...wanted, plates: [] },
      { ...nothing, words: ['   '] },
    ]) {
      expect((await oversight('POST', '/v1/oversight/accounts', body)).statusCode).toBe(400)
    }
    const analyst = await rig.as('jane', 'analyst')('POST', '/v1/oversight/accounts', wanted)
    expect(analyst.json().code).toBe('NOT_ALLOWED')
  })
})

describe('the export of saved reads', () => {
  it('is for members of the case, and says who took it and when (ACC-8, AUD-2)', async () => {
    const url = '/v1/cases/c-event/saved/export?format=geojson'
    const answer = await rig.as('jane', 'analyst')('GET', url)
    expect(answer.headers['content-type']).toBe('application/geo+json; charset=utf-8')
    const { features, sightline } = answer.json()
    expect(features).toHaveLength(2)
    const record = (await recordsOf('saved.export')).at(-1)!
    expect(record).toMatchObject({ actor: 'jane', subject: 'c-event', parameters: { format: 'geojson' } })
    expect(sightline).toEqual({
      exportedBy: 'jane',
      exportedAt: instant(NOW),
      exportId: record.parameters.export,
    })
    const other = await rig.as('john', 'analyst')('GET', url)
    expect([other.statusCode, other.json().code]).toEqual([404, 'NOT_FOUND'])
    expect((await recordsOf('request.refuse')).at(-1)!.parameters).toMatchObject({ refused: 'saved.export' })
    expect((await oversight('GET', url)).statusCode).toBe(403)
  })

  it('contains nothing of a source that was not granted, and nothing past its retention (ACC-6, AUD-6)', async () => {
    const { saved } = rig.deps
    const [foreign, over] = [sampleSaved('1AAA111'), sampleSaved('2BBB222')]
    const others = { ...foreign, provenance: { ...foreign.provenance, vendors: ['vendor-b'] } }
    await saved.put(savedKey('c-event', foreign.read.id), others, 0)
    const ended = { ...over, retention: { until: instant(NOW), renewals: [] } }
    await saved.put(savedKey('c-event', over.read.id), ended, 0)
    const { body } = await rig.as('jane', 'analyst')('GET', '/v1/cases/c-event/saved/export?format=csv')
    expect(
      body
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[1]),
    ).toEqual(['7ABC123', '9ZZZ999'])
  })
})
