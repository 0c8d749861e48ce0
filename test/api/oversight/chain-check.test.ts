import { keepCheckpoints } from '@sightline/api/audit/checkpoints'
import { findForeignEnd, repairLog } from '@sightline/api/audit/mend'
import { checkPart, type PartCheck } from '@sightline/api/oversight/chain-check'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { forgedAt, rewriteAudit } from '../../support/rewritten-audit.ts'
import { type OversightRig, startOversightRig } from './rig.ts'

const COUNT = 12
/** The record that is tampered with. */
const VICTIM = 5
const clock = { now: Date.UTC(2026, 10, 24, 9) }
let rig: OversightRig

beforeEach(async () => {
  rig = await startOversightRig(clock)
  const { audit } = rig.deps
  for (let n = 1; n <= COUNT; n++) {
    const parameters = { plate: `7ABC10${n % 10}` }
    await audit.record({ actor: 'ann', action: 'query.search', subject: `q${n}`, parameters })
  }
  const checkpoints = { link: rig.link, audit, keys: rig.auditKeys, clock: () => clock.now, log: quiet }
  await keepCheckpoints(checkpoints).close()
})
afterEach(() => rig.close())

const check = async (query = ''): Promise<PartCheck> => {
  const answer = await rig.as('ona', 'oversight')('GET', `/v1/oversight/chain/check${query}`)
  expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)])
  return answer.json()
}
const plain = (records: AuditRecord[]) => records.map((record) => JSON.stringify(record))
const changed = (all: AuditRecord[]) =>
  plain(all).with(VICTIM - 1, JSON.stringify(all[VICTIM - 1]).replace('7ABC105', '7ABC999'))

describe('the check of the audit log that oversight starts (AUD-2)', () => {
  it('finds nothing in an untouched log, part by part, and leaves no record (AUD-2)', async () => {
    const whole = { from: 1, to: COUNT, next: null, records: COUNT, faults: [], mended: [], signed: 1 }
    expect(await check()).toEqual(whole)
    expect(await check()).toEqual(whole)
    const parts: PartCheck[] = []
    for (let upTo: number | undefined; ; ) {
      const part = await checkPart(rig.link, rig.auditKeys.publicKey, upTo, 5)
      parts.push(part)
      if (part.next === null) break
      upTo = part.next
    }
    expect(parts.map(({ from, to, faults, signed }) => [from, to, faults, signed])).toEqual([
      [8, 12, [], 1],
      [3, 7, [], 0],
      [1, 2, [], 0],
    ])
  })

  const fewer = (all: AuditRecord[]) => plain(all).toSpliced(VICTIM - 1, 1)
  const cut = (all: AuditRecord[]) => plain(all).slice(0, 9)
  it.each<[string, (records: AuditRecord[]) => string[], object, number]>([
    ['a changed record', changed, { kind: 'changed', number: VICTIM }, 1],
    ['one record fewer', fewer, { kind: 'removed', number: VICTIM }, 1],
    ['a chain that was computed again', forgedAt(VICTIM), { kind: 'not as signed', number: COUNT }, 0],
    ['an end that is missing', cut, { kind: 'removed', number: 10, to: COUNT }, 0],
  ])('%s: it names the fault (AUD-2)', async (_, change, fault, signed) => {
    await rewriteAudit(rig.broker, change)
    expect(await check()).toMatchObject({ faults: [fault], signed })
  })

  it('finds what was changed in the part where it lies, and only there (AUD-2)', async () => {
    await rewriteAudit(rig.broker, changed)
    const part = (upTo?: number) => checkPart(rig.link, rig.auditKeys.publicKey, upTo, 6)
    expect((await part()).faults).toEqual([])
    expect((await part(6)).faults).toEqual([{ kind: 'changed', number: VICTIM }])
  })

  it('is answered while the log is blocked; says what is no record, and what of it was repaired (AUD-2)', async () => {
    for (const text of ['no record', '{"v":1}']) await rig.link.js.publish('audit.mallory', text)
    const malformed = [
      { kind: 'malformed', number: 13 },
      { kind: 'malformed', number: 14 },
    ]
    expect(await check()).toMatchObject({ faults: malformed, mended: [] })
    const why = { by: 'kim', reason: 'Stray messages of the load test, see INC-204' }
    await repairLog(rig.link, (await findForeignEnd(rig.link))!, why, () => clock.now)
    expect(await check()).toMatchObject({ faults: [], mended: [13, 14], records: 15 })
  })

  it.each(['analyst', 'administrator'] as const)('is for oversight only: refused for %s', async (role) => {
    const answer = await rig.as('eve', role)('GET', '/v1/oversight/chain/check')
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'NOT_ALLOWED'])
  })
})
