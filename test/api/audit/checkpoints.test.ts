import { generateKeyPairSync } from 'node:crypto'
import { jetstream } from '@nats-io/jetstream'
import { keepCheckpoints } from '@sightline/api/audit/checkpoints'
import { createAuditLog } from '@sightline/api/audit/log'
import { readLastSigned } from '@sightline/api/audit/signed'
import { openLink } from '@sightline/broker/link'
import { isSignedBy } from '@sightline/schemas/audit-checkpoint'
import { AUDIT_CHECKPOINT_SUBJECT } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../../support/broker.ts'

const keys = generateKeyPairSync('ed25519')
let broker: TestBroker
beforeAll(async () => {
  broker = await testBroker()
})
afterAll(() => broker.remove())

/** A process of the api as far as the log goes: a connection, a writer and a signer of its own. */
async function process() {
  const link = await openLink(await broker.as('api'))
  const audit = createAuditLog(link, Date.now)
  const checkpoints = keepCheckpoints({ link, audit, keys, clock: Date.now, log: quiet })
  const record = () => audit.record({ actor: 'jane', action: 'sign-on', subject: null, parameters: {} })
  return { link, audit, checkpoints, record, sign: checkpoints.sign }
}

it('checkpoints of several processes never go back, whichever is behind or signs at that moment (AUD-2)', async () => {
  const [busy, idle] = await Promise.all([process(), process()])
  await idle.record()
  for (let n = 0; n < 4; n++) await busy.record()
  expect((await busy.sign())?.number).toBe(5)
  // It knows of the first record alone, which nobody has signed.
  expect(idle.audit.end()?.number).toBe(1)
  expect(await idle.sign()).toBeNull()
  expect(await busy.sign()).toBeNull()

  for (let round = 0; round < 10; round++) {
    await idle.record()
    await busy.record()
    await Promise.all([busy.sign(), idle.sign(), busy.sign(), idle.sign()])
  }
  await Promise.all([idle.checkpoints.close(), busy.checkpoints.close()])
  const signed = (await readLastSigned(busy.link, 100)).map(({ checkpoint }) => checkpoint!)
  const numbers = signed.map(({ number }) => number)
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  expect([numbers[0], numbers.at(-1), numbers.length >= 11]).toEqual([5, 25, true])
  expect(signed.every((one) => isSignedBy(one, keys.publicKey))).toBe(true)
})

it('checkpoints continue after an invalid one, from the last valid one (AUD-2)', async () => {
  const one = await process()
  await jetstream(await broker.as('api')).publish(AUDIT_CHECKPOINT_SUBJECT, '{"v":1}')
  await one.record()
  expect((await one.sign())?.number).toBe(26)
  expect(await one.sign()).toBeNull()
  await one.checkpoints.close()
})
