import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import type { EdgeAgent } from '@sightline/schemas/edge-agent'
import { EDGE_AGENTS } from '@sightline/schemas/streams'
import {
  alertSubject,
  auditSubject,
  healthSubject,
  pictureSubject,
  readSubject,
  rejectSubject,
} from '@sightline/schemas/subjects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { anAgent, connectAgent, mayConnect, until } from '../support/edge-agents.ts'
import { aRead } from '../support/reads.ts'

let broker: TestBroker
let admin: NatsConnection
beforeAll(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
})
afterAll(() => broker.remove())

async function store(agent: EdgeAgent): Promise<void> {
  const bucket = await new Kvm(jetstream(admin)).open(EDGE_AGENTS)
  await bucket.put(agent.name, JSON.stringify(agent))
}

const published = (connection: NatsConnection, subject: string) =>
  jetstream(connection).publish(subject, JSON.stringify(aRead()), { timeout: 700 })

async function enrolled(name: string, cameras: string[]) {
  const made = anAgent(name, cameras)
  await store(made.agent)
  await until(() => mayConnect(broker.url, name, made.pair))
  return { ...made, connection: await connectAgent(broker.url, name, made.pair) }
}

test('an agent that enrolls while the broker runs can publish for its own cameras, and the stream confirms it', async () => {
  const { connection } = await enrolled('harbour', ['lot-1', 'lot-2'])
  for (const [subject, stream] of [
    [readSubject('edge', 'lot-1'), /^READS_a\d$/],
    [readSubject('edge', 'lot-2'), /^READS_a\d$/],
    [healthSubject('lot-1'), /^HEALTH$/],
    [pictureSubject('edge.lot-1.id.plate'), /^PICTURES_a\d$/],
  ] as const) {
    expect(await published(connection, subject)).toMatchObject({ stream: expect.stringMatching(stream) })
  }
  await connection.close()
})

test('the broker refuses it everything else', async () => {
  const { connection } = await enrolled('narrow', ['lot-3'])
  const manager = await jetstreamManager(admin)
  const refusals: string[] = []
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'error') refusals.push(status.error.message)
    }
  })()
  const before = await total(manager)
  for (const subject of [
    readSubject('edge', 'lot-1'),
    readSubject('sim', 'lot-3'),
    healthSubject('lot-1'),
    pictureSubject('edge.lot-1.id.plate'),
    rejectSubject('narrow', 'x'),
    rejectSubject('matcher', 'edge-lot-3'),
    alertSubject('d1'),
    auditSubject('somebody'),
    '$KV.DISPLAYS.d1',
    `$KV.${EDGE_AGENTS}.narrow`,
    '$JS.API.STREAM.INFO.READS',
    '$SYS.REQ.SERVER.PING',
  ]) {
    await expect(published(connection, subject), subject).rejects.toThrow()
  }
  expect(await total(manager)).toBe(before)
  for (const subject of [
    '>',
    'reads.>',
    'alerts.*',
    readSubject('edge', 'lot-3'),
    '_INBOX_api.>',
    '$SYS.>',
  ]) {
    const heard = refusals.length
    connection.subscribe(subject, { callback: () => {} })
    await connection.flush()
    await until(async () => refusals.length > heard)
    expect(refusals.at(-1)).toContain('Permissions Violation for Subscription')
  }
  await connection.close()
})

test('a revoked agent loses its open connection at once and gets no other; nobody else notices', async () => {
  const gone = await enrolled('stolen', ['lot-4'])
  const stays = await enrolled('honest', ['lot-5'])
  const vendor = await broker.as('sim')
  const lost: string[] = []
  for (const [name, connection] of [
    ['stays', stays.connection],
    ['vendor', vendor],
    ['admin', admin],
  ] as const) {
    void (async () => {
      for await (const { type } of connection.status()) if (type === 'disconnect') lost.push(name)
    })()
  }
  const cut = (async () => {
    for await (const { type } of gone.connection.status()) if (type === 'disconnect') return
  })()
  const begun = performance.now()
  await store({ ...gone.agent, access: null, revokedAt: '2026-11-24T04:00:00.000Z' })
  await cut
  // A connection that nobody cuts stays.
  expect(performance.now() - begun).toBeLessThan(30_000)
  await expect(published(gone.connection, readSubject('edge', 'lot-4'))).rejects.toThrow()
  expect(await mayConnect(broker.url, 'stolen', gone.pair)).toBe(false)
  expect(await published(stays.connection, readSubject('edge', 'lot-5'))).toMatchObject({
    stream: expect.stringMatching(/^READS_a\d$/),
  })
  expect(await published(vendor, readSubject('sim', 'lot-7'))).toMatchObject({ stream: 'READS-sim' })
  expect(lost).toEqual([])
  await gone.connection.close()
  await stays.connection.close()
})

test('cameras that are taken away are refused on the open connection', async () => {
  const { agent, pair, connection } = await enrolled('shrunk', ['lot-6', 'lot-8'])
  expect(await published(connection, readSubject('edge', 'lot-8'))).toMatchObject({
    stream: expect.stringMatching(/^READS_a\d$/),
  })
  await store({ ...agent, access: { ...agent.access!, cameras: ['lot-6'] } })
  await until(async () => !(await published(connection, readSubject('edge', 'lot-8')).catch(() => undefined)))
  expect(await published(connection, readSubject('edge', 'lot-6'))).toMatchObject({
    stream: expect.stringMatching(/^READS_a\d$/),
  })
  await connection.close()
  expect(await mayConnect(broker.url, 'shrunk', pair)).toBe(true)
})

test("an agent with another's key is left out: it locks nobody out, and revocation goes on", async () => {
  const config = JSON.parse(await readFile(join(broker.dataDir, 'nats-server.json'), 'utf8'))
  const adminKey: string = config.accounts.AGENCY.users[0].nkey
  const { agent } = anAgent('impostor', ['lot-9'])
  await store({ ...agent, access: { ...agent.access!, publicKey: adminKey } })
  const later = await enrolled('later', ['lot-9'])
  await (await broker.as('admin')).close()
  await later.connection.close()
})

test('a restarted broker admits enrolled agents, and no revoked ones', async () => {
  const kept = await enrolled('kept', ['lot-10'])
  const revoked = await enrolled('revoked', ['lot-11'])
  await store({ ...revoked.agent, access: null })
  await until(async () => !(await mayConnect(broker.url, 'revoked', revoked.pair)))
  await broker.restart()
  expect(await mayConnect(broker.url, 'kept', kept.pair)).toBe(true)
  expect(await mayConnect(broker.url, 'revoked', revoked.pair)).toBe(false)
  // The open connection comes back by itself.
  await until(
    async () => (await published(kept.connection, readSubject('edge', 'lot-10')).catch(() => null)) !== null,
  )
  await kept.connection.close()
  await revoked.connection.close()
})

/** Messages in all streams and buckets of the agency. */
async function total(manager: Awaited<ReturnType<typeof jetstreamManager>>): Promise<number> {
  let sum = 0
  for await (const { state } of manager.streams.list()) sum += state.messages
  return sum
}
