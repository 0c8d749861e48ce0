import { jetstreamManager } from '@nats-io/jetstream'
import { createChainCheck } from '@sightline/api/audit/chain'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import type { DisplayPage } from '@sightline/api/displays/store'
import { type AuditRecord, auditRecordParser } from '@sightline/schemas/audit-record'
import type { Display } from '@sightline/schemas/display'
import { AUDIT } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, caseNaming, json, type Rig, refusal, startRig } from '../harness.ts'

const request = {
  ...{ plate: '7ABC123', reason: 'stolen vehicle', caseRef: 'CASE-1' },
  confirmNotice: DISPLAY_NOTICE.version,
}

async function storedBytes(rig: Rig): Promise<Buffer[]> {
  const manager = await jetstreamManager(rig.admin)
  const { state } = await manager.streams.info(AUDIT)
  const all: Buffer[] = []
  for (let seq = 1; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(AUDIT, { seq })
    all.push(Buffer.from(message!.data))
  }
  return all
}

const storedRecords = async (rig: Rig): Promise<AuditRecord[]> =>
  (await storedBytes(rig)).map((bytes) => auditRecordParser.parseJson(bytes))

describe('the audit log', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await rig.call('/v1/cases', json(caseNaming(['7ABC123', 'NEVER1'])))
  })
  afterAll(() => rig.close())

  it('records who did what with which parameters, and never the results (AUD-1)', async () => {
    const created = await bodyOf<Display>(rig.call('/v1/displays', json(request)))
    await rig.call('/v1/displays?state=active')
    await rig.call(`/v1/displays/${created.id}`)
    await rig.call(`/v1/displays/${created.id}/close`, { method: 'POST' })
    await rig.call('/v1/alerts?limit=3')
    await rig.call('/v1/pictures/edge.cam-1.read.plate')
    const records = await storedRecords(rig)
    expect(records.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      // Nobody is an administrator yet: the start made a link for the first.
      ['system', 'person.invite', 'administrator'],
      ['developer', 'case.create', expect.any(String)],
      ['developer', 'display.create', created.id],
      ['developer', 'display.list', null],
      ['developer', 'display.view', created.id],
      ['developer', 'display.close', created.id],
      ['developer', 'alerts.list', null],
      ['developer', 'picture.view', 'edge.cam-1.read.plate'],
    ])
    expect(records[2]!.parameters).toMatchObject(request)
    expect(records[3]!.parameters).toEqual({ state: 'active', limit: 50, cursor: null })
  })

  it('is one unbroken chain when two processes write at once (AUD-2)', async () => {
    const other = await rig.startApi()
    const before = (await storedRecords(rig)).length
    const headers = { authorization: `Bearer ${other.token}` }
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        i % 2 ? rig.call('/v1/displays') : fetch(`${other.url}/v1/displays`, { headers }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(200))
    const records = await storedRecords(rig)
    expect(records.length).toBe(before + 60)
    const check = createChainCheck()
    for (const bytes of await storedBytes(rig)) check.add(bytes)
    expect(check.end()).toEqual([])
    expect(check.records).toBe(before + 60)
  })

  it('fails closed: without the broker the action does not happen, and the error says so', async () => {
    const stored = () => bodyOf<DisplayPage>(rig.call('/v1/displays?limit=500'))
    const before = await stored()
    await rig.killBroker()
    const create = () => rig.call('/v1/displays', json({ ...request, plate: 'NEVER1' }))
    const answers = await Promise.all([create(), rig.call('/v1/displays'), rig.call('/v1/alerts/stream')])
    const refusals = await Promise.all(answers.map(refusal))
    // The case is looked at before there is anything to record.
    expect(refusals).toEqual([
      [503, 'BROKER_UNREACHABLE'],
      [503, 'AUDIT_UNAVAILABLE'],
      [503, 'AUDIT_UNAVAILABLE'],
    ])
    const health = await rig.call('/health')
    expect(health.status).toBe(503)
    expect(await health.json()).toMatchObject({ status: 'unavailable', broker: 'disconnected' })
    await rig.restartBroker()
    await expect.poll(async () => (await rig.call('/live')).status, { timeout: 30_000 }).toBe(200)
    expect(await stored()).toEqual(before)
    expect((await create()).status).toBe(201)
  })
})
