import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker } from '@sightline/broker/declare'
import { withEnrolled } from '@sightline/broker/enrolled'
import { startKeeper } from '@sightline/broker/keeper'
import { ensureKeys } from '@sightline/broker/keys'
import { startLocalCluster } from '@sightline/broker/local-cluster'
import { reloadByRequest } from '@sightline/broker/reload'
import type { EdgeAgent } from '@sightline/schemas/edge-agent'
import { EDGE_AGENTS } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { expect, test } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { anAgent, connectAgent, mayConnect, until } from '../support/edge-agents.ts'
import { aRead } from '../support/reads.ts'

test('in a cluster an agent is admitted and cut off on every node, also on one that was down', {
  timeout: 120_000,
}, async () => {
  const folder = await temporaryFolder()
  const { keys, configs, servers, start, stop } = await startLocalCluster(folder.path)
  const as = (user: string) => connectBroker({ servers, keys, user }, quiet, 30_000)
  const admin = await as('admin')
  await until(
    () =>
      declareBroker(admin, { replicas: 3, storageGib: 1 }).then(
        () => true,
        () => false,
      ),
    60_000,
  )
  const [agency, system] = [await as('keeper'), await as('keeper-sys')]
  const keeper = await startKeeper({ agency, system, configs, reload: reloadByRequest(system), log: quiet })
  const bucket = await new Kvm(jetstream(admin)).open(EDGE_AGENTS)
  const store = (agent: EdgeAgent) => bucket.put(agent.name, JSON.stringify(agent))
  try {
    const { agent, pair } = anAgent('harbour', ['lot-1'])
    await store(agent)
    for (const server of servers) await until(() => mayConnect(server, 'harbour', pair))
    const connection = await connectAgent(servers[1]!, 'harbour', pair)
    const publish = (subject: string) =>
      jetstream(connection).publish(subject, JSON.stringify(aRead()), { timeout: 1500 })
    expect(await publish(readSubject('edge', 'lot-1'))).toMatchObject({
      stream: expect.stringMatching(/^READS_a\d$/),
    })
    await expect(publish(readSubject('edge', 'lot-2'))).rejects.toThrow()

    await stop(2)
    const cut = (async () => {
      for await (const { type } of connection.status()) if (type === 'disconnect') return
    })()
    const begun = performance.now()
    await until(
      () =>
        store({ ...agent, access: null }).then(
          () => true,
          () => false,
        ),
      60_000,
    )
    await cut
    // A connection that nobody cuts stays.
    expect(performance.now() - begun).toBeLessThan(90_000)
    for (const server of servers.slice(0, 2)) expect(await mayConnect(server, 'harbour', pair)).toBe(false)
    await connection.close()
    const stranger = { servers: servers.slice(0, 2), keys: join(folder.path, 'strange'), user: 'stranger' }
    await ensureKeys(stranger.keys, ['stranger'])
    await expect(connectBroker(stranger, quiet, 5000)).rejects.toMatchObject({ code: 'BROKER_DENIED' })

    // It comes back with its old configuration, as a node with its own disk might.
    await writeFile(configs[2]!, withEnrolled(await readFile(configs[2]!, 'utf8'), [agent]))
    start(2)
    await (await connectBroker({ servers: servers[2]!, keys, user: 'admin' }, quiet, 10_000)).close()
    await until(async () => !(await mayConnect(servers[2]!, 'harbour', pair)), 30_000)
  } finally {
    await keeper.close()
    for (const connection of [agency, system, admin]) await connection.close()
    for (const n of [0, 1, 2]) await stop(n)
    await folder.remove()
  }
})
