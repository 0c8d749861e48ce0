import { jetstream, jetstreamManager, type StreamInfo } from '@nats-io/jetstream'
import { headers, type NatsConnection } from '@nats-io/transport-node'
import { brokerUsers } from '@sightline/broker/users'
import { enrolledUser } from '@sightline/schemas/accounts'
import { streamDeclarations } from '@sightline/schemas/stream-declarations'
import {
  AUDIT,
  AUDIT_CHECKPOINTS,
  EDGE_AGENTS,
  EMBEDDED_SIZE,
  LEASES,
  POSITIONS,
  REJECTS,
} from '@sightline/schemas/streams'
import { agentSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { anAgent, connectAgent, mayConnect, until } from '../support/edge-agents.ts'

/**
 * How far each broker user's credentials reach, whatever its program does: made from schemas/stream-declarations.ts and
 * schemas/accounts.ts, so that what is added there is tried here.
 */

const SIZE = { ...EMBEDDED_SIZE, vendors: ['sim'] }
const PARTIES = { vendors: ['sim'], edges: { edge: ['gate-1'] } }
const USERS = [...brokerUsers(PARTIES).map(({ name }) => name), 'enrolled']
/** Who is not of the agency, or stands in the street. */
const OUTSIDERS = ['sim', 'edge', 'enrolled']
const WITHIN_MS = 400

let broker: TestBroker
let admin: NatsConnection
const connections = new Map<string, NatsConnection>()

beforeAll(async () => {
  broker = await testBroker(PARTIES)
  admin = await broker.as('admin')
  const { agent, pair } = anAgent('enrolled', ['gate-9'])
  // Something is in each of them, that could be seen.
  for (const subject of subjects()) await jetstream(admin).publish(subject, JSON.stringify(agent))
  await jetstream(admin).publish(`$KV.${EDGE_AGENTS}.enrolled`, JSON.stringify(agent))
  await until(() => mayConnect(broker.url, 'enrolled', pair))
  for (const name of USERS) {
    const connection =
      name === 'enrolled' ? await connectAgent(broker.url, name, pair) : await broker.as(name)
    connections.set(name, connection)
  }
})
afterAll(async () => {
  await connections.get('enrolled')?.close()
  await broker?.remove()
})

/** A subject of every stream and bucket; of nobody who connects here. */
const subjects = (): string[] =>
  streamDeclarations(SIZE)
    // The administrator publishes no reads of agents.
    .filter(({ name }) => !/^READS_a\d/.test(name))
    .flatMap(({ subjects = [] }) =>
      subjects.map((subject) => subject.replaceAll('*', 'other').replace('>', 'other')),
    )

/** What changes by itself: how far the keeper has come, and entries that live for seconds. */
const RESTLESS = [POSITIONS, LEASES].map((bucket) => `KV_${bucket}`)

/** Configuration and content of every stream and bucket. */
async function everything(): Promise<unknown[]> {
  const manager = await jetstreamManager(admin)
  const infos: StreamInfo[] = []
  for await (const info of manager.streams.list()) infos.push(info)
  return infos
    .map(({ config, state: { messages, last_seq } }) =>
      RESTLESS.includes(config.name) ? { config } : { config, messages, last: last_seq },
    )
    .sort((a, b) => (a.config.name < b.config.name ? -1 : 1))
}

/** What a user may publish, a subject of each kind. */
const ownSubjects = (user: string): string[] =>
  [...brokerUsers(PARTIES), enrolledUser('enrolled', ['gate-9'])]
    .find(({ name }) => name === user)!
    .publish.map((subject) => subject.replaceAll('*', 'own'))

/** Configuration of every stream and bucket, and how many messages each subject has but for those named. */
async function perSubject(but: readonly string[]): Promise<unknown[]> {
  const manager = await jetstreamManager(admin)
  const infos: unknown[] = []
  for await (const name of manager.streams.names()) {
    const { config, state } = await manager.streams.info(name, { subjects_filter: '>' })
    const counts = Object.entries(state.subjects ?? {}).filter(([subject]) => !but.includes(subject))
    infos.push({ config, counts: RESTLESS.includes(name) ? [] : counts.sort() })
  }
  return infos
}

/** Whether a call to JetStream got an answer that is no refusal. */
async function isGranted(connection: NatsConnection, subject: string, request: object): Promise<boolean> {
  try {
    const answer = await connection.request(subject, JSON.stringify(request), { timeout: WITHIN_MS })
    // A message that is read directly is no JSON, or holds no error.
    if (answer.headers?.hasError) return false
    return !('error' in answer.json<object>())
  } catch (error) {
    // Not allowed, or nobody answers.
    if (error instanceof SyntaxError) return true
    return false
  }
}

/** Every call to JetStream that could take something from a stream, or put something in its place. */
const destructive = (stream: string, subject: string): [string, object][] => [
  [`STREAM.DELETE.${stream}`, {}],
  [`STREAM.PURGE.${stream}`, {}],
  [`STREAM.PURGE.${stream}`, { filter: subject }],
  [`STREAM.UPDATE.${stream}`, { name: stream, subjects: [subject], max_msgs: 1 }],
  [`STREAM.UPDATE.${stream}`, { name: stream, subjects: [subject], max_age: 1e9 }],
  [`STREAM.UPDATE.${stream}`, { name: stream, subjects: ['elsewhere'] }],
  [`STREAM.CREATE.${stream}`, { name: stream, subjects: [subject], max_msgs: 1 }],
  [`STREAM.RESTORE.${stream}`, { config: { name: stream, subjects: [subject] }, state: {} }],
  [`STREAM.MSG.DELETE.${stream}`, { seq: 1 }],
  [`STREAM.MSG.DELETE.${stream}`, { seq: 1, no_erase: true }],
  [`STREAM.PEER.REMOVE.${stream}`, { peer: 'any' }],
]

test('these tests would notice a granted request', async () => {
  const calls = [`STREAM.INFO.${AUDIT}`, `DIRECT.GET.${AUDIT}`, `STREAM.PURGE.${REJECTS}`]
  const granted = calls.map((call) =>
    isGranted(admin, `$JS.API.${call}`, call.startsWith('DIRECT') ? { seq: 1 } : {}),
  )
  expect(await Promise.all(granted)).toEqual([true, true, true])
})

describe.each([AUDIT, AUDIT_CHECKPOINTS])('the stream %s', (stream) => {
  test.each(USERS)('loses nothing through the credentials of %s (AUD-2)', async (user) => {
    const before = await everything()
    const connection = connections.get(user)!
    const subject = streamDeclarations(SIZE).find(({ name }) => name === stream)!.subjects![0]!
    const calls = destructive(stream, subject)
    const granted = await Promise.all(
      calls.map(async ([call, request]) => [call, await isGranted(connection, `$JS.API.${call}`, request)]),
    )
    expect(granted).toEqual(calls.map(([call]) => [call, false]))
    expect(await everything()).toEqual(before)
  })

  test('is not overwritten by a message that rolls up earlier ones (AUD-2)', async () => {
    const subject = subjects().find((one) => one.startsWith(stream === AUDIT ? 'audit.' : 'audit-'))!
    const before = await everything()
    for (const what of ['all', 'sub']) {
      const rollup = headers()
      rollup.set('Nats-Rollup', what)
      await expect(jetstream(admin).publish(subject, '{}', { headers: rollup })).rejects.toThrow()
    }
    expect(await everything()).toEqual(before)
  })
})

describe.each(OUTSIDERS)('the credentials of %s', (user) => {
  test('can write nothing of the agency but their own (AUD-4)', async () => {
    const connection = connections.get(user)!
    const before = await everything()
    const js = jetstream(connection)
    const stored = await Promise.all(
      subjects()
        .filter((subject) => subject !== `reads.${user}.other`)
        .map((subject) =>
          js.publish(subject, '{}', { timeout: WITHIN_MS }).then(
            () => subject,
            () => null,
          ),
        ),
    )
    expect(stored.filter(Boolean)).toEqual([])
    expect(await everything()).toEqual(before)
  })

  test('can write nothing else through the reply subjects that they choose (AUD-4)', async () => {
    const connection = connections.get(user)!
    const own = ownSubjects(user)
    const stored = own.flatMap((subject) => [subject, agentSubject(subject, 0), agentSubject(subject, 1)])
    const before = await perSubject(stored)
    // The stream's answer goes to whatever subject the publisher names; nobody checks that he may publish there.
    const replies = [
      ...subjects(),
      ...subjects().map((subject) => subject.replace('other', 'x')),
      'reads.edge.gate-2',
      'health.gate-2',
      ...streamDeclarations(SIZE).flatMap(({ name }) =>
        ['STREAM.DELETE', 'STREAM.PURGE', 'CONSUMER.CREATE'].map((call) => `$JS.API.${call}.${name}`),
      ),
    ]
    for (const subject of own) {
      for (const reply of replies) connection.publish(subject, JSON.stringify({ seq: 1 }), { reply })
    }
    await connection.flush()
    // What is their own has arrived, and with it the answers.
    const last = jetstream(connection).publish(own[0]!, '{}', { timeout: 5000 })
    await expect(last).resolves.toBeDefined()
    await new Promise((wake) => setTimeout(wake, WITHIN_MS))
    expect(await perSubject(stored)).toEqual(before)
  })

  test('can neither read, follow, change nor empty any stream or bucket of the agency (AUD-4)', async () => {
    const connection = connections.get(user)!
    const before = await everything()
    const all: string[] = []
    for (const { name, subjects = [] } of streamDeclarations(SIZE)) {
      const consumer = { stream_name: name, config: { name: 'spy', ack_policy: 'none' } }
      const calls: [string, object][] = [
        [`STREAM.INFO.${name}`, {}],
        [`STREAM.MSG.GET.${name}`, { seq: 1 }],
        [`DIRECT.GET.${name}`, { seq: 1 }],
        [`DIRECT.GET.${name}.${subjects[0]!.replaceAll('*', 'other').replace('>', 'other')}`, {}],
        [`STREAM.SNAPSHOT.${name}`, { deliver_subject: `_INBOX_${user}.snapshot` }],
        [`CONSUMER.CREATE.${name}`, consumer],
        [`CONSUMER.CREATE.${name}.spy`, consumer],
        [`CONSUMER.DURABLE.CREATE.${name}.spy`, { ...consumer, config: { durable_name: 'spy' } }],
        [`CONSUMER.NAMES.${name}`, {}],
        [`CONSUMER.LIST.${name}`, {}],
        ...destructive(name, subjects[0]!),
      ]
      const granted = await Promise.all(
        calls.map(async ([call, request]) => [call, await isGranted(connection, `$JS.API.${call}`, request)]),
      )
      all.push(...granted.flatMap(([call, isIt]) => (isIt ? [String(call)] : [])))
    }
    const general = ['INFO', 'STREAM.NAMES', 'STREAM.LIST']
    for (const call of general) if (await isGranted(connection, `$JS.API.${call}`, {})) all.push(call)
    expect(all).toEqual([])
    expect(await everything()).toEqual(before)
  })

  test('can listen to nothing of the agency (AUD-4)', async () => {
    const connection = connections.get(user)!
    const heard: string[] = []
    const refused = new Set<string>()
    const wanted = [
      ...streamDeclarations(SIZE).flatMap(({ subjects = [] }) => subjects),
      '>',
      '$JS.API.>',
      '_INBOX_api.>',
      '$SYS.>',
    ]
    const listening = wanted.map((subject) =>
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error) refused.add(subject)
          else heard.push(message.subject)
        },
      }),
    )
    await connection.flush()
    for (const subject of subjects()) await jetstream(admin).publish(subject, JSON.stringify({}))
    await connection.flush()
    expect([...refused].sort()).toEqual([...new Set(wanted)].sort())
    expect(heard).toEqual([])
    for (const one of listening) one.unsubscribe()
  })
})
