import { jetstream, jetstreamManager, type StreamInfo } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { brokerUsers } from '@sightline/broker/users'
import { type BrokerUser, enrolledUser, inboxOf } from '@sightline/schemas/accounts'
import { type StreamDeclaration, streamDeclarations } from '@sightline/schemas/stream-declarations'
import {
  ALERTS,
  AUDIT,
  AUDIT_CHECKPOINTS,
  allReadStreams,
  DISPLAYS,
  EDGE_AGENTS,
  EMBEDDED_SIZE,
  isReadStream,
  LEASES,
  PICTURES,
  POSITIONS,
  READS,
  SIGHTINGS,
  TEST_ALERTS,
} from '@sightline/schemas/streams'
import { agentSubject, testAlertSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATIENT, readsManager, type TestBroker, testBroker } from '../support/broker.ts'
import { anAgent, connectAgent, mayConnect, until } from '../support/edge-agents.ts'
import { isLong } from '../support/long.ts'

/**
 * What a thief of one key can try with it: everything that the server checks, and everything that it does not: where an
 * answer goes, and where a consumer delivers. Afterward nothing has changed but what the key may change, and nothing has come
 * back but what it may read.
 */

const SIZE = { ...EMBEDDED_SIZE, vendors: ['sim'] }
const PARTIES = { vendors: ['sim'], edges: { edge: ['own'] }, replay: true, observer: true }
const USERS: BrokerUser[] = [...brokerUsers(PARTIES), enrolledUser('enrolled', ['own'])].filter(
  // The two that share the agency's account: what may be done there, they may do.
  ({ name }) => !['admin', 'api'].includes(name),
)

/** What each may read; nothing, who is not here. */
const READABLE: Record<string, readonly string[]> = {
  matcher: [
    ...allReadStreams(SIZE),
    ...[ALERTS, TEST_ALERTS, SIGHTINGS, `KV_${DISPLAYS}`, `KV_${POSITIONS}`, `KV_${LEASES}`],
  ],
  auditor: [AUDIT, AUDIT_CHECKPOINTS],
  keeper: [`KV_${EDGE_AGENTS}`],
  replay: [TEST_ALERTS],
  observer: allReadStreams(SIZE),
}

const STREAMS = streamDeclarations(SIZE)
/** The administrator publishes no reads of agents. */
const isOpen = ({ name }: StreamDeclaration) => !/^READS_a\d/.test(name)
const PREFIXES = ['$JS.API', '$AGENCY.API', '$MATCHER.API']
const ATTACKED = [AUDIT, AUDIT_CHECKPOINTS, 'KV_PEOPLE', 'KV_SESSIONS', `KV_${DISPLAYS}`, PICTURES, READS]

let broker: TestBroker
let admin: NatsConnection
const connections = new Map<string, NatsConnection>()

const named = (subject: string, name: string) => subject.replaceAll('*', name).replace('>', name)
const markOf = (stream: string) => `mark-of-${stream}-end`

/** Something is in each of them that could be seen. */
async function mark(streams: readonly StreamDeclaration[]): Promise<void> {
  for (const { name, subjects = [] } of streams) {
    for (const subject of subjects) {
      await jetstream(admin).publish(named(subject, 'other'), JSON.stringify({ mark: markOf(name) }))
    }
  }
}

/** Whoever may publish reads may publish there what they may read elsewhere: that is not for the next one to find. */
async function forgetReads(): Promise<void> {
  const reads = STREAMS.filter(({ name }) => isReadStream(name))
  const manager = await readsManager(admin)
  for (const { name } of reads) await manager.streams.purge(name)
  await mark(reads.filter(isOpen))
}

beforeAll(async () => {
  broker = await testBroker(PARTIES)
  admin = await broker.as('admin')
  const { agent, pair } = anAgent('enrolled', ['own'])
  await jetstream(admin).publish(`$KV.${EDGE_AGENTS}.enrolled`, JSON.stringify(agent))
  await until(() => mayConnect(broker.url, 'enrolled', pair))
  await mark(STREAMS.filter(isOpen))
  for (const { name } of USERS) {
    const open = name === 'enrolled' ? connectAgent(broker.url, name, pair) : broker.as(name)
    connections.set(name, await open)
  }
}, 60_000)
afterAll(async () => {
  await connections.get('enrolled')?.close()
  await broker?.remove()
})

/** Whether a subject is one of a pattern's. */
function isOf(pattern: string, subject: string): boolean {
  const tokens = subject.split('.')
  const wanted = pattern.split('.')
  return (
    wanted.every((token, n) => token === '>' || (token === '*' ? tokens[n] : token === tokens[n])) &&
    (wanted.at(-1) === '>' || wanted.length === tokens.length)
  )
}

/** What a user may publish, by the name it has where it arrives. */
const writable = ({ services = [], publish }: BrokerUser): string[] => [
  ...services.map(({ subject }) => subject),
  ...publish,
  // Of an edge agent, as the bridge renames it.
  ...publish.flatMap((subject) => [agentSubject(subject, 0), agentSubject(subject, 1)]),
]

/** Configuration, consumers, and how many messages each subject has but for those that the user may write. */
async function everything(user: BrokerUser): Promise<unknown[]> {
  // The keeper that runs says how far it is; entries of leases live for seconds.
  const own = [...writable(user), `$KV.${POSITIONS}.keeper`, `$KV.${LEASES}.>`]
  // It takes back what its tests have raised.
  if (user.name === 'replay') own.push(testAlertSubject('*'))
  const found: object[] = []
  for (const manager of [await jetstreamManager(admin, PATIENT), await readsManager(admin)]) {
    for await (const name of manager.streams.names()) {
      // The matcher's account is the matcher's.
      if (user.name === 'matcher' && isReadStream(name)) continue
      const info: StreamInfo = await manager.streams.info(name, { subjects_filter: '>' })
      const counts = Object.entries(info.state.subjects ?? {}).filter(
        ([subject]) => !own.some((pattern) => isOf(pattern, subject)),
      )
      const consumers = isReadStream(name) ? 'come and go' : info.state.consumer_count
      found.push({ config: info.config, consumers, counts: counts.sort() })
    }
  }
  return found
}

type Publish = (subject: string, body: string, reply?: string) => Promise<void>
type Attack = (publish: Publish) => Promise<void>

/** Runs an attack with everything listened to that may be. @returns what came back */
async function attacked(user: BrokerUser, attack: Attack): Promise<string[]> {
  const connection = connections.get(user.name)!
  const came: string[] = []
  const listening = user.subscribe.map((subject) =>
    connection.subscribe(subject, { callback: (_error, message) => void came.push(message.string()) }),
  )
  await connection.flush()
  let sent = 0
  const publish: Publish = async (subject, body, reply) => {
    connection.publish(subject, body, reply ? { reply } : {})
    // No faster than the broker takes it: a connection that was closed for its flood tries nothing any more.
    if (++sent % 200 === 0) await connection.flush()
  }
  await attack(publish)
  await connection.flush()
  await new Promise((wake) => setTimeout(wake, 700))
  await connection.flush()
  for (const one of listening) one.unsubscribe()
  return came
}

/** Streams of which something came back that the user may not read: a message, or how it is configured. */
function learned({ name }: BrokerUser, came: readonly string[]): string[] {
  const secret = STREAMS.filter((stream) => !READABLE[name]?.includes(stream.name))
  return secret.filter((stream) => came.some((text) => tells(text, stream))).map((stream) => stream.name)
}

const tells = (text: string, { name, description }: StreamDeclaration) =>
  // A key and its value are base64 in some answers.
  [
    markOf(name),
    Buffer.from(`{"mark":"${markOf(name)}"}`).toString('base64'),
    JSON.stringify(description),
  ].some((sign) => text.includes(sign))

/** Subjects at which an answer, or what a consumer delivers, would do harm. */
const targets: string[] = [
  ...STREAMS.flatMap(({ subjects = [] }) =>
    subjects.flatMap((one) => [named(one, 'other'), named(one, 'new')]),
  ),
  ...PREFIXES.flatMap((prefix) =>
    ATTACKED.flatMap((stream) =>
      [
        ...['DELETE', 'PURGE', 'UPDATE', 'CREATE', 'MSG.DELETE', 'MSG.GET', 'SNAPSHOT', 'RESTORE'].map(
          (call) => `STREAM.${call}.${stream}`,
        ),
        `CONSUMER.CREATE.${stream}`,
        `CONSUMER.CREATE.${stream}.spy`,
        `CONSUMER.DURABLE.CREATE.${stream}.spy`,
        `DIRECT.GET.${stream}`,
      ].map((call) => `${prefix}.${call}`),
    ),
  ),
]

/** What a user may publish or ask, each kind once, with names of its own for what may be chosen. */
const means = (user: BrokerUser): string[] =>
  user.publish.flatMap((pattern) => {
    const bucket = /DIRECT\.GET\.KV_([A-Z_]+)\.>$/.exec(pattern)?.[1]
    return [named(pattern, 'own'), ...(bucket ? [pattern.replace('>', `$KV.${bucket}.own`)] : [])]
  })

/** Each `count`th, from one on: in as many turns all of them have been taken. In the long form all in each turn. */
const taken = (all: readonly string[], count: number, turn: number) =>
  isLong ? all : all.filter((_, n) => (n + turn) % count === 0)

/** Whether a question is one: of which message, only those are asked that give messages. */
const isAsked = (subject: string, question: object) =>
  Object.keys(question).length === 0 || /\.(MSG|DIRECT)\.GET\./.test(subject)

/** A consumer that delivers everything of a stream. */
const consumerOf = (stream: string, deliver: string, more: object = {}) => ({
  stream_name: stream,
  config: { deliver_subject: deliver, ack_policy: 'none', deliver_policy: 'all', ...more },
})

/** Messages that would be a request, or a record, where they do not belong. */
const crafted = (user: BrokerUser): object[] => [
  ...['KV_PEOPLE', AUDIT, PICTURES].map((stream) => consumerOf(stream, `${inboxOf(user.name)}.stolen`)),
  { name: 'EVIL', subjects: ['evil.>'], sources: [{ name: 'KV_PEOPLE' }] },
  { v: 1, id: 'eve', roles: ['administrator'], active: true },
]

const request = (subject: string, body: object, reply: string) =>
  [subject, JSON.stringify(body), reply] as const

describe.each(USERS)('somebody with the key of $name', (user) => {
  beforeAll(forgetReads)

  async function expectNothing(attack: Attack): Promise<void> {
    const before = await everything(user)
    const came = await attacked(user, attack)
    expect(learned(user, came)).toEqual([])
    expect(await everything(user)).toEqual(before)
  }

  test('gets nowhere by publishing or requesting what is not theirs', async () => {
    const inbox = `${inboxOf(user.name)}.answer`
    const calls: (readonly [string, string, string])[] = []
    for (const prefix of PREFIXES) {
      for (const name of ['INFO', 'STREAM.NAMES', 'STREAM.LIST', 'ACCOUNT.PURGE.AGENCY', 'SERVER.REMOVE'])
        calls.push(request(`${prefix}.${name}`, {}, inbox))
      for (const stream of STREAMS.map(({ name }) => name)) {
        const evil = `EVIL_${stream}`
        const at = (call: string) => `${prefix}.${call}`
        const bodies: [string, object][] = [
          [`STREAM.INFO.${stream}`, { subjects_filter: '>' }],
          [`STREAM.MSG.GET.${stream}`, { seq: 1 }],
          [`DIRECT.GET.${stream}`, { seq: 1, batch: 100 }],
          [`DIRECT.GET.${stream}`, { multi_last: ['>'], batch: 100 }],
          [`STREAM.CREATE.${evil}`, { name: evil, mirror: { name: stream } }],
          [
            `STREAM.CREATE.${evil}`,
            { name: evil, subjects: [`evil.${stream}`], sources: [{ name: stream }] },
          ],
          [
            `STREAM.UPDATE.${stream}`,
            { name: stream, max_msgs: 1, republish: { src: '>', dest: `${inbox}.>` } },
          ],
          [`STREAM.SNAPSHOT.${stream}`, { deliver_subject: `${inbox}.snapshot` }],
          [`STREAM.RESTORE.${stream}`, { config: { name: stream }, state: {} }],
          [`STREAM.DELETE.${stream}`, {}],
          [`STREAM.PURGE.${stream}`, {}],
          [`STREAM.MSG.DELETE.${stream}`, { seq: 1 }],
          [`CONSUMER.CREATE.${stream}`, consumerOf(stream, `${inbox}.stolen`)],
          [`CONSUMER.CREATE.${stream}.spy`, consumerOf(stream, `${inbox}.stolen`)],
          [`CONSUMER.LIST.${stream}`, {}],
        ]
        calls.push(...bodies.map(([call, body]) => request(at(call), body, inbox)))
      }
    }
    for (const call of ['PING', 'PING.CONNZ', 'PING.JSZ', 'PING.SUBSZ'])
      calls.push(request(`$SYS.REQ.SERVER.${call}`, {}, inbox))
    for (const call of ['CONNZ', 'JSZ', 'INFO', 'SUBSZ'])
      calls.push(request(`$SYS.REQ.ACCOUNT.AGENCY.${call}`, {}, inbox))
    const places = STREAMS.flatMap(({ subjects = [] }) => subjects.map((one) => named(one, 'other')))
    await expectNothing(async (publish) => {
      for (const [subject, body, reply] of calls) await publish(subject, body, reply)
      for (const subject of places) await publish(subject, '{}')
    })
  })

  test('gets nowhere through the reply subjects that they choose', { timeout: 120_000 }, async () => {
    const questions = [{}, { seq: 1 }, { last_by_subj: 'alerts.own' }, { seq: 1, batch: 50 }]
    await expectNothing(async (publish) => {
      for (const [n, message] of crafted(user).entries()) {
        const text = JSON.stringify(message)
        for (const subject of means(user)) await publish(subject, text)
        for (const [place, subject] of means(user).entries()) {
          for (const reply of taken(targets, crafted(user).length, n + place))
            await publish(subject, text, reply)
        }
      }
      for (const [n, message] of crafted(user).entries()) {
        for (const subject of means(user)) await publish(subject, JSON.stringify(message))
        for (const question of questions) {
          for (const [place, subject] of means(user).entries()) {
            if (!isAsked(subject, question)) continue
            for (const reply of taken(targets, crafted(user).length, n + place))
              await publish(subject, JSON.stringify(question), reply)
          }
        }
      }
    })
  })

  test('gets nowhere through where a consumer delivers', async () => {
    const answer = `${inboxOf(user.name)}.answer`
    await expectNothing(async (publish) => {
      for (const subject of user.publish.filter((one) => one.includes('.CONSUMER.CREATE.'))) {
        const stream = subject.split('.').find((token) => STREAMS.some(({ name }) => name === token)) ?? ''
        for (const [n, target] of targets.entries()) {
          const name = `spy-${n}`
          const body = consumerOf(stream, target, { name, inactive_threshold: 1e9 })
          await publish(subject.replace('>', name), JSON.stringify(body), answer)
        }
      }
      // Something new, to be delivered.
      for (const subject of means(user)) await publish(subject, '{"mark":"new"}')
    })
  })

  test('hears nothing of others', async () => {
    const heard = await attacked(user, async () => {
      for (const { name, subjects = [] } of STREAMS) {
        for (const subject of subjects)
          admin.publish(named(subject, 'other'), JSON.stringify({ mark: markOf(name) }))
      }
    })
    expect(learned(user, heard)).toEqual([])
  })
})
