import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { createChainCheck } from '@sightline/api/audit/chain'
import { keepCheckpoints } from '@sightline/api/audit/checkpoints'
import { ensureSigningKeys } from '@sightline/api/audit/keys'
import { createAuditLog } from '@sightline/api/audit/log'
import { findRepairs } from '@sightline/api/audit/mend'
import { chainEndOf } from '@sightline/api/audit/tail'
import type { Problem } from '@sightline/api/shared/problem'
import { connectBroker } from '@sightline/broker/connect'
import { openLink } from '@sightline/broker/link'
import { command } from '@sightline/cli/commands/audit'
import type { Logger } from '@sightline/runtime/log'
import { type AuditRecord, EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import type { SightlineError } from '@sightline/schemas/errors'
import { auditSubject } from '@sightline/schemas/subjects'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { bodyOf, type Rig, refusal, startRig } from '../harness.ts'

const content = {
  at: '2026-11-24T09:00:00.000Z',
  actor: 'ann',
  action: 'display.list' as const,
  subject: null,
}

describe('the end of the log', () => {
  it('is the last record that is exactly as it was sealed, whatever its action (AUD-2)', () => {
    const { text, end } = sealRecord({ ...content, parameters: { n: 1 } }, EMPTY_CHAIN)
    expect(chainEndOf(Buffer.from(text))).toEqual(end)
    const later = sealRecord({ ...content, action: 'of.a-newer-version' as never, parameters: {} }, end)
    expect(chainEndOf(Buffer.from(later.text))).toEqual(later.end)
    expect(chainEndOf(Buffer.from(text.replace('"n":1', '"n":2')))).toBeNull()
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          expect(chainEndOf(bytes)).toBeNull()
        },
      ),
    )
  })
})

describe('a message that is no record', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig()
  })
  afterEach(() => rig.close())

  /** What somebody does who has the key of the api, or of the broker's administrator. */
  const smuggle = async (text: string) => {
    await jetstream(rig.admin).publish(auditSubject('nobody'), text)
  }
  /** Runs `sightline audit …`. @returns what it said, and its status */
  async function audit(...words: string[]): Promise<{ said: string; status: number }> {
    const said: string[] = []
    const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
    try {
      await command().parseAsync(words, { from: 'user' })
      return { said: said.join(''), status: Number(process.exitCode ?? 0) }
    } finally {
      output.mockRestore()
      process.exitCode = 0
    }
  }
  const at = () => ['--broker', rig.broker.url, '--keys', rig.broker.keys]
  const mend = (...words: string[]) => audit('mend', ...at(), ...words)
  const verify = async () => {
    const out = join(rig.dataDir, 'export')
    await audit('export', '--out', out, ...at())
    return audit('verify', out, '--key', join(rig.dataDir, 'audit-signing.pub'))
  }
  const list = () => rig.call('/v1/displays')
  const health = async () => {
    const answer = await rig.call('/live')
    return [answer.status, (await bodyOf<{ audit: string }>(answer)).audit]
  }

  it('stops everything that has to be recorded, and says so; an operator repairs the log, on record (AUD-2)', async () => {
    expect((await list()).status).toBe(200)
    expect(await health()).toEqual([200, 'writable'])
    await smuggle('{"v":1,"not":"a record"}')
    await smuggle('two\nlines, plate 7ABC123')
    const refused = await list()
    expect(refused.status).toBe(503)
    const { code, detail, hint } = await bodyOf<Problem>(refused)
    expect([code, detail]).toEqual([
      'AUDIT_UNAVAILABLE',
      expect.stringMatching(/message \d+ of the audit log is not a record/),
    ])
    expect(hint).toMatch(/sightline audit repair/)
    expect(await health()).toEqual([503, 'blocked'])
    const broken = await verify()
    expect([broken.status, broken.said]).toEqual([1, expect.stringMatching(/line 3 is not a record/)])

    const look = await mend()
    expect([look.status, look.said]).toEqual([
      1,
      expect.stringMatching(/message 3 is not a record: 24 bytes on audit.nobody/),
    ])
    expect(look.said).not.toContain('7ABC123')
    expect(await health()).toEqual([503, 'blocked'])
    const [by, why] = ['ops-kim', 'Stray messages of a load test, see INC-204']
    const vague = mend('--by', by, '--reason', 'because because because').catch(
      (error: SightlineError) => error.code,
    )
    expect(await vague).toBe('RULE_BROKEN')
    const alone = mend('--by', by).catch((error: SightlineError) => error.code)
    expect(await alone).toBe('USAGE')
    expect((await mend('--by', by, '--reason', why)).said).toMatch(/Repaired: record 3 describes the repair/)

    expect(await health()).toEqual([200, 'writable'])
    expect((await list()).status).toBe(200)
    expect((await mend()).said).toMatch(/nothing to repair/)
    const whole = await verify()
    expect(whole.said).toMatch(
      /lines 3 to 5 are not a record; record 3 by ops-kim at .* explains it: Stray messages/,
    )
    expect([whole.status, whole.said]).toEqual([0, expect.stringMatching(/7 records, 0 faults/)])

    // Oversight still finds each record by its number, and the time of what came before and after.
    const record = await bodyOf<AuditRecord>(rig.call('/v1/oversight/audit/3'))
    expect(record).toMatchObject({
      number: 3,
      actor: by,
      action: 'audit.mend',
      parameters: { from: 3, to: 4, reason: why },
    })
    expect(await bodyOf<AuditRecord>(rig.call('/v1/oversight/audit/4'))).toMatchObject({
      number: 4,
      action: 'display.list',
    })
    expect(await refusal(rig.call('/v1/oversight/audit/999'))).toEqual([404, 'NOT_FOUND'])
  })

  it('keeps an api with something to record from starting, and says how to repair it (AUD-2)', async () => {
    await list()
    await smuggle('no record')
    // While nobody is an administrator, each start makes a link for the first.
    const start = rig.startApi().catch((error: SightlineError) => error)
    expect((await start) as SightlineError).toMatchObject({
      ...{ code: 'AUDIT_UNAVAILABLE', message: expect.stringMatching(/is not a record/) },
      hint: expect.stringMatching(/sightline audit repair/),
    })
  })

  it('is noticed at the next checkpoint even when nobody does anything (AUD-2)', async () => {
    await list()
    await smuggle('no record')
    const connection = await connectBroker(
      { servers: rig.broker.url, keys: rig.broker.keys, user: 'api' },
      quiet,
    )
    const link = await openLink(connection)
    const fatal = vi.fn()
    const options = {
      link,
      audit: createAuditLog(link, Date.now),
      keys: await ensureSigningKeys(rig.dataDir),
    }
    const log = { ...quiet, fatal, warn: () => {} } as unknown as Logger
    const checkpoints = keepCheckpoints({ ...options, clock: Date.now, log, everyMs: 20 })
    await expect.poll(() => fatal.mock.calls.length).toBeGreaterThan(1)
    expect(fatal.mock.calls[0]![1]).toMatch(
      /message 3 of the audit log is not a record.*sightline audit repair/,
    )
    await checkpoints.close()
    await connection.close()
  })
})

describe('a repair', () => {
  const first = sealRecord({ ...content, parameters: {} }, EMPTY_CHAIN)
  const garbage = Buffer.from('no record')
  const mending = (more: object, end = first.end) =>
    sealRecord(
      { ...content, action: 'audit.mend', parameters: { from: 2, to: 2, reason: 'a reason', ...more } },
      end,
    ).text

  it('explains only the message whose digest it names, right before it, in the same chain (AUD-2)', async () => {
    const sha256 = createHash('sha256').update('no record\n').digest('hex')
    const explained = async (lines: (string | Buffer)[]) => {
      const bytes = lines.map((line) => Buffer.from(line))
      const check = createChainCheck()
      for (const line of bytes) check.add(line)
      const mended = await findRepairs(async (line) => bytes.forEach(line), check.end())
      return mended.flatMap(({ lines }) => lines)
    }
    const good = mending({ sha256 })
    expect(await explained([first.text, garbage, good])).toEqual([2])
    expect(await explained([first.text, garbage, garbage, good])).toEqual([])
    expect(await explained([first.text, Buffer.from('another'), good])).toEqual([])
    expect(await explained([first.text, garbage, mending({ sha256 }, EMPTY_CHAIN)])).toEqual([])
    const other = sealRecord({ ...content, parameters: { sha256 } }, first.end).text
    expect(await explained([first.text, garbage, other])).toEqual([])
    expect(await explained([first.text, garbage])).toEqual([])
  })
})
