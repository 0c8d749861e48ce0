import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { createAuditLog } from '@sightline/api/audit/log'
import { connectBroker } from '@sightline/broker/connect'
import { openLink } from '@sightline/broker/link'
import { type LocalCluster, startLocalCluster } from '@sightline/broker/local-cluster'
import { whyNotStored } from '@sightline/broker/would-store'
import { systemClock } from '@sightline/runtime/clock'
import { AUDIT } from '@sightline/schemas/streams'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cluster: LocalCluster
let admin: NatsConnection

beforeAll(async () => {
  folder = await temporaryFolder()
  cluster = await startLocalCluster(folder.path)
  admin = await connectBroker({ servers: cluster.servers, keys: cluster.keys, user: 'admin' }, quiet, 60_000)
})
afterAll(async () => {
  await admin.close()
  for (const node of [0, 1, 2]) await cluster.stop(node)
  await folder.remove()
})

it('a stream of a cluster that was asked whether it would store a message stores the next one', async () => {
  const manager = await jetstreamManager(admin, { timeout: 2000, checkAPI: false })
  const config = { name: 'ASKED', subjects: ['asked'], num_replicas: 3, max_msg_size: 1000 }
  // Until the nodes have elected who leads them.
  await expect
    .poll(
      () =>
        manager.streams.add(config).then(
          () => true,
          () => false,
        ),
      { timeout: 30_000 },
    )
    .toBe(true)
  const js = jetstream(admin, { timeout: 30_000 })
  const ask = (bytes = 0) => whyNotStored(js, { stream: 'ASKED', subject: 'asked', waitMs: 10_000, bytes })
  for (let number = 1; number <= 3; number++) {
    expect(await ask()).toBeNull()
    expect((await js.publish('asked', 'a message', { timeout: 10_000 })).seq).toBe(number)
  }
  expect(await ask(2000)).toContain('message size exceeds maximum allowed')
  expect((await manager.streams.info('ASKED')).state.messages).toBe(3)
})

it('several processes that write into the audit log of a cluster at once do not stop it (AUD-2)', async () => {
  const manager = await jetstreamManager(admin, { timeout: 2000, checkAPI: false })
  await manager.streams.add({ name: AUDIT, subjects: ['audit.*'], num_replicas: 3, allow_direct: true })
  const logs = await Promise.all(
    [1, 2, 3].map(async () => createAuditLog(await openLink(admin), systemClock)),
  )
  const entry = { actor: 'ada', action: 'display.list' as const, subject: null, parameters: {} }
  await Promise.all(logs.flatMap((log) => Array.from({ length: 8 }, () => log.record(entry))))
  expect((await manager.streams.info(AUDIT)).state.messages).toBe(24)
})
