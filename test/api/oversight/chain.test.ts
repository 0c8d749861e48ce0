import { generateKeyPairSync } from 'node:crypto'
import { keepCheckpoints } from '@sightline/api/audit/checkpoints'
import { createAuditLog } from '@sightline/api/audit/log'
import { findForeignEnd, repairLog } from '@sightline/api/audit/mend'
import type { ChainState } from '@sightline/api/audit/state'
import { instant } from '@sightline/runtime/clock'
import { keyId, signCheckpoint } from '@sightline/schemas/audit-checkpoint'
import { AUDIT_CHECKPOINT_SUBJECT } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { type OversightRig, startOversightRig } from './rig.ts'

const clock = { now: Date.UTC(2026, 10, 24, 9) }
const keys = generateKeyPairSync('ed25519')
let rig: OversightRig
beforeAll(async () => {
  rig = await startOversightRig(clock)
})
afterAll(() => rig.close())

const chain = async (): Promise<ChainState> => {
  const answer = await rig.as('ona', 'oversight')('GET', '/v1/oversight/chain')
  expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)])
  return answer.json()
}
const publishCheckpoint = (number: number) =>
  rig.link.js.publish(
    AUDIT_CHECKPOINT_SUBJECT,
    JSON.stringify(signCheckpoint({ number, hash: 'a'.repeat(64) }, instant(clock.now), keys)),
  )

describe('the state of the audit log (AUD-2)', () => {
  it('is shown for an empty log, and looking leaves no record (AUD-2)', async () => {
    const empty = { last: null, blockedAt: null, checkpoint: null, recordsSince: 0 }
    expect(await chain()).toEqual(empty)
    expect(await chain()).toEqual(empty)
  })

  it('is read from the broker, so it includes what another process wrote and signed (AUD-2)', async () => {
    const audit = createAuditLog(rig.link, () => clock.now)
    const record = () => audit.record({ actor: 'jane', action: 'sign-on', subject: null, parameters: {} })
    for (let n = 0; n < 3; n++) await record()
    const checkpoints = keepCheckpoints({ link: rig.link, audit, keys, clock: () => clock.now, log: quiet })
    await checkpoints.close()
    const signedAt = instant(clock.now)
    clock.now += 60_000
    for (let n = 0; n < 2; n++) await record()
    expect(await chain()).toEqual({
      last: { number: 5, at: instant(clock.now) },
      blockedAt: null,
      checkpoint: { number: 3, at: signedAt, key: keyId(keys.publicKey) },
      recordsSince: 2,
    })
  })

  it('is shown while the log is blocked, with the last record before, and after the repair (AUD-2)', async () => {
    for (const text of ['no record', '{"v":1}']) await rig.link.js.publish('audit.mallory', text)
    expect(await chain()).toMatchObject({ last: { number: 5 }, blockedAt: 7, recordsSince: 2 })
    const why = { by: 'kim', reason: 'Stray messages of the load test, see INC-204' }
    await repairLog(rig.link, (await findForeignEnd(rig.link))!, why, () => clock.now)
    expect(await chain()).toMatchObject({ last: { number: 6 }, blockedAt: null, recordsSince: 3 })
  })

  it('says so when the log ends before its signed end (AUD-2)', async () => {
    await publishCheckpoint(10)
    expect(await chain()).toMatchObject({ last: { number: 6 }, checkpoint: { number: 10 }, recordsSince: -4 })
  })

  it.each(['analyst', 'administrator'] as const)('is for oversight only: refused for %s', async (role) => {
    const answer = await rig.as('eve', role)('GET', '/v1/oversight/chain')
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'NOT_ALLOWED'])
  })

  it('skips nothing: an invalid checkpoint at the end is a failure (AUD-2)', async () => {
    await rig.link.js.publish(AUDIT_CHECKPOINT_SUBJECT, '{"v":1}')
    const answer = await rig.as('ona', 'oversight')('GET', '/v1/oversight/chain')
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'BROKER_FAILED'])
  })
})
