import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { EDGE_AGENTS } from '@sightline/schemas/streams'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { anAgent, mayConnect, until } from '../support/edge-agents.ts'
import { countMutations, MUTATIONS, mutated } from './mutate.ts'
import { storeAll } from './publish.ts'

countMutations()

// The keeper of a real broker: whatever stands in the bucket, who is enrolled gets in, and who is revoked does not.

let broker: TestBroker
let admin: NatsConnection
beforeAll(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
})
afterAll(() => broker.remove())

test('enrollments and revocations are in force', { timeout: 60_000 + 10 * MUTATIONS }, async () => {
  const [before, after] = [anAgent('before', ['lot-1']), anAgent('after', ['lot-2'])]
  const kv = await new Kvm(jetstream(admin)).open(EDGE_AGENTS)
  await kv.put('before', JSON.stringify(before.agent))
  await until(() => mayConnect(broker.url, 'before', before.pair))
  // One letter of a key is another: it looks like a key, and the server would refuse its whole configuration.
  const { agent } = anAgent('mistyped', ['lot-3'])
  const key = agent.access!.publicKey.replace(/.$/, (char) => (char === 'A' ? 'B' : 'A'))
  await kv.put(
    'typo',
    JSON.stringify({ ...agent, name: 'typo', access: { ...agent.access, publicKey: key } }),
  )
  const real = [agent, anAgent('other', ['lot-4', 'lot-5']).agent, { ...agent, access: null }]
  await storeAll(
    admin,
    mutated('agents', real),
    (n) => `$KV.${EDGE_AGENTS}.${n % 7 ? `a${n % 40}` : 'mistyped'}`,
  )
  await kv.put('before', JSON.stringify({ ...before.agent, access: null }))
  await kv.put('after', JSON.stringify(after.agent))
  await until(() => mayConnect(broker.url, 'after', after.pair), 30_000)
  await until(async () => !(await mayConnect(broker.url, 'before', before.pair)), 30_000)
  expect(await mayConnect(broker.url, 'after', after.pair)).toBe(true)
})
