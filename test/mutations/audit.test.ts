import { jetstream } from '@nats-io/jetstream'
import { createChainCheck } from '@sightline/api/audit/chain'
import { createAuditLog } from '@sightline/api/audit/log'
import { chainState } from '@sightline/api/audit/state'
import { chainEndOf } from '@sightline/api/audit/tail'
import { createAuditLookup } from '@sightline/api/oversight/audit-lookup'
import { openLink } from '@sightline/broker/link'
import { EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import { auditSubject } from '@sightline/schemas/subjects'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { countMutations, MUTATIONS, type Mutated, mutated } from './mutate.ts'
import { storeAll } from './publish.ts'

countMutations()

// The audit log is the one consumer that must not pass over what is malformed: it fails closed.

const content = {
  ...{ at: '2026-11-24T09:00:00.000Z', actor: 'ann', action: 'display.list' as const, subject: null },
  parameters: { plate: null, limit: 50, nested: { cases: ['CASE-1'] } },
}
const first = sealRecord(content, EMPTY_CHAIN)
const second = sealRecord({ ...content, subject: 'd1' }, first.end)
const records = [first, second].map(({ text }) => Buffer.from(text))
const real = records.map((bytes) => JSON.parse(bytes.toString()) as object)

/** Mutations that have another text than the record: some change its headers alone. */
function* others(name: string): Generator<Mutated> {
  for (const message of mutated(name, real)) {
    if (!records.some((record) => record.equals(message.payload))) yield message
  }
}

test('no mutation of a record counts as a record, nor escapes the check of the chain', () => {
  let looked = 0
  for (const { payload: bytes } of others('records')) {
    looked++
    expect(chainEndOf(bytes)).toBeNull()
    const check = createChainCheck()
    for (const message of [records[0]!, bytes, records[1]!]) check.add(message)
    expect(check.end().length).toBeGreaterThan(0)
  }
  expect(looked).toBeGreaterThan(0.9 * MUTATIONS)
})

let broker: TestBroker
beforeEach(async () => {
  broker = await testBroker()
})
afterEach(() => broker.remove())

test('nothing is recorded after one of them, and lookups in the log continue', {
  timeout: 60_000 + 5 * MUTATIONS,
}, async () => {
  const link = await openLink(await broker.as('api'))
  const admin = await broker.as('admin')
  const entry = { actor: 'ann', action: 'display.list' as const, subject: null, parameters: {} }
  await createAuditLog(link, Date.now).record(entry)
  const stored = await storeAll(admin, others('log'), () => auditSubject('ann'))
  // The record again, in other words for the same.
  await jetstream(admin).publish(auditSubject('ann'), JSON.stringify(real[0], null, 2))
  const count = stored + 1
  const audit = createAuditLog(link, Date.now)
  await expect(audit.record(entry)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  expect(audit.blockedAt()).toBe(count + 1)
  await expect(audit.lastOf('ann')).resolves.toBeNull()
  const lookup = createAuditLookup(link)
  const seen: (number | null)[] = []
  for await (const { record } of lookup.read(1, await lookup.last())) seen.push(record?.number ?? null)
  expect([seen.length, seen[0]]).toEqual([count + 1, 1])
  // Of more than a hundred at the end an operator has to say what they are.
  await expect(chainState(link)).rejects.toMatchObject({ code: 'BROKER_FAILED' })
  await jetstream(admin).publish(auditSubject('ann'), records[0]!)
  await expect(createAuditLog(link, Date.now).record(entry)).resolves.toBeUndefined()
})
