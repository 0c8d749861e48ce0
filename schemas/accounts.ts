import {
  type Account,
  apiOf,
  bucketReads,
  bucketWrites,
  callOf,
  type Heard,
  hearSubject,
  type Service,
  service,
  streamReads,
} from './bridges.ts'
import { CANARY_SOURCE, EDGE_SOURCE } from './read.ts'
import {
  ACCESS,
  ALERT_WORK,
  ALERTS,
  AUDIT,
  AUDIT_CHECKPOINTS,
  AUDIT_REVIEWS,
  allReadStreams,
  CANARY,
  CASES,
  DELIVERIES,
  DISPLAYS,
  DISSEMINATIONS,
  EDGE_AGENTS,
  HEALTH,
  LEASES,
  LOOKOUTS,
  MAIL,
  MISUSE_SETTINGS,
  PEOPLE,
  PICTURE_VIEWS,
  POSITIONS,
  PRODUCTS,
  pictureStreams,
  positionKey,
  QUERY_CACHE,
  type ReadSources,
  SAVED,
  SESSIONS,
  SIGHTINGS,
  SIGN_ON_TRIES,
  TEST_ALERTS,
  WRITES_DONE,
} from './streams.ts'
import {
  AUDIT_CHECKPOINT_SUBJECT,
  agentSubject,
  alertSubject,
  auditSubject,
  canarySubject,
  healthSubject,
  pictureSubject,
  readSubject,
  rejectSubject,
  sightingsSubject,
  storedSubject,
  testAlertSubject,
  testReadSubject,
} from './subjects.ts'

/**
 * Who may do what on the broker. Every process has a user, in an account of its own (schemas/bridges.ts): it reaches
 * nothing of the agency except what is listed here. Within its account a user has the least rights that it needs.
 * Replies come to its own inbox, so that nobody else receives them. Vendors share one account, and so do edge agents:
 * these accounts contain nothing.
 */

export interface BrokerUser {
  /** Name of the user, of its key file (`<name>.nk`) and of its inbox. */
  readonly name: string
  readonly account: Account
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
  /** Denied even if `publish` would allow it. */
  readonly denyPublish?: readonly string[]
  /** Services that it uses in other accounts; `publish` names each as it is called here. */
  readonly services: readonly Service[]
  /** What it receives from other accounts. */
  readonly hears: readonly Heard[]
}

/** Prefix of the subjects on which a user receives replies. */
export const inboxOf = (user: string) => `_INBOX_${user}`

const api = (name: string) => `$JS.API.${name}`

/** What a client needs to watch or read a key-value bucket, and nothing else. */
function ownBucketReads(bucket: string): string[] {
  const stream = `KV_${bucket}`
  return [...orderedReads(stream), api(`DIRECT.GET.${stream}.>`), api(`STREAM.MSG.GET.${stream}`)]
}

/** What a client needs to follow a stream with its own consumers that acknowledge nothing. */
function orderedReads(stream: string): string[] {
  return [
    api(`STREAM.INFO.${stream}`),
    api(`CONSUMER.CREATE.${stream}.>`),
    api(`CONSUMER.CREATE.${stream}`),
    api(`CONSUMER.INFO.${stream}.>`),
    api(`CONSUMER.MSG.NEXT.${stream}.>`),
    api(`CONSUMER.DELETE.${stream}.>`),
    `$JS.FC.${stream}.>`,
  ]
}

/** What a user needs, besides the inbox that each has. */
type Rights = Partial<Omit<BrokerUser, 'name' | 'account'>>

function user(name: string, account: Account, rights: Rights): BrokerUser {
  const { publish = [], subscribe = [], denyPublish, services = [], hears = [] } = rights
  return {
    name,
    account,
    services,
    hears,
    publish: [...publish, ...services.map(({ as }) => as)],
    subscribe: [`${inboxOf(name)}.>`, ...subscribe, ...hears.map(({ as }) => as)],
    ...(denyPublish ? { denyPublish } : {}),
  }
}

/**
 * The user that declares streams when a broker is set up, including the matcher's; not even it can remove the audit
 * log. No process runs as this user.
 */
export function adminUser(): BrokerUser {
  const denyPublish = [AUDIT, AUDIT_CHECKPOINTS].flatMap((stream) =>
    // An update could set limits that remove records.
    ['DELETE', 'PURGE', 'MSG.DELETE', 'UPDATE'].map((name) => api(`STREAM.${name}.${stream}`)),
  )
  const services = [
    callOf('MATCHER', '>', 'many'),
    ...[readSubject('*', '*'), testReadSubject('*', '*')].map((subject) => service('MATCHER', subject)),
  ]
  return user('admin', 'AGENCY', { publish: ['>'], subscribe: ['>'], denyPublish, services })
}

export function matcherUser(sources: ReadSources = {}): BrokerUser {
  // Also the streams without partitions, which an installation may still have from before it used partitions.
  const streams = new Set([...allReadStreams({ ...sources, partitions: 1 }), ...allReadStreams(sources)])
  return user('matcher', 'MATCHER', {
    publish: [
      api('INFO'),
      api('STREAM.NAMES'),
      ...[...streams].flatMap(orderedReads),
      // Removes judged reads, behind whoever else needs them.
      ...[...streams].flatMap((stream) => [api(`CONSUMER.LIST.${stream}`), api(`STREAM.PURGE.${stream}`)]),
    ],
    services: [
      ...[ALERTS, TEST_ALERTS, SIGHTINGS, `KV_${DISPLAYS}`].flatMap((stream) =>
        streamReads('AGENCY', stream),
      ),
      callOf('AGENCY', `STREAM.MSG.GET.KV_${DISPLAYS}`),
      ...[POSITIONS, LEASES].flatMap((bucket) => bucketReads('AGENCY', bucket)),
      bucketWrites('AGENCY', POSITIONS, 'matcher.*'),
      // The vendor simulator, when it feeds its history as this user.
      service('AGENCY', `$KV.${POSITIONS}.${positionKey('history', '*')}`),
      bucketWrites('AGENCY', LEASES, '>'),
      ...[
        ...[alertSubject('*'), testAlertSubject('*'), canarySubject('*'), sightingsSubject('*')],
        rejectSubject('matcher', '*'),
      ].map((subject) => service('AGENCY', subject)),
    ],
    hears: [alertSubject('*'), testAlertSubject('*'), sightingsSubject('*'), `$KV.${DISPLAYS}.>`].map(
      (subject) => hearSubject('AGENCY', storedSubject(subject)),
    ),
  })
}

/** Buckets whose values have a retention period; then they are overwritten (AUD-6). */
const ERASABLE = [CASES, SAVED, PRODUCTS, LOOKOUTS]

export function apiUser(agentStreams?: number): BrokerUser {
  const publish = [
    api('INFO'),
    ...ownBucketReads(DISPLAYS),
    `$KV.${DISPLAYS}.>`,
    ...orderedReads(ALERTS),
    api(`STREAM.MSG.GET.${ALERTS}`),
    ...orderedReads(TEST_ALERTS),
    api(`STREAM.MSG.GET.${TEST_ALERTS}`),
    ...orderedReads(SIGHTINGS),
    api(`DIRECT.GET.${SIGHTINGS}.>`),
    api(`STREAM.MSG.GET.${AUDIT}`),
    auditSubject('*'),
    ...orderedReads(AUDIT),
    ...orderedReads(AUDIT_CHECKPOINTS),
    AUDIT_CHECKPOINT_SUBJECT,
    ...pictureStreams(agentStreams).map((stream) => api(`DIRECT.GET.${stream}.>`)),
    // Stores a picture again that is to live longer.
    agentSubject(pictureSubject(`${EDGE_SOURCE}.*.*.*`), '*'),
    api(`STREAM.INFO.${HEALTH}`),
    api(`DIRECT.GET.${HEALTH}.>`),
    ...ownBucketReads(EDGE_AGENTS),
    api(`DIRECT.GET.KV_${EDGE_AGENTS}`),
    `$KV.${EDGE_AGENTS}.>`,
    ...[PEOPLE, ACCESS, SESSIONS, SIGN_ON_TRIES, PICTURE_VIEWS, MAIL].flatMap((name) => [
      ...ownBucketReads(name),
      `$KV.${name}.>`,
    ]),
    ...[
      ...ERASABLE,
      ALERT_WORK,
      DELIVERIES,
      DISSEMINATIONS,
      AUDIT_REVIEWS,
      MISUSE_SETTINGS,
      QUERY_CACHE,
      WRITES_DONE,
    ].flatMap((name) => [...ownBucketReads(name), `$KV.${name}.>`]),
    ...ERASABLE.map((name) => api(`STREAM.MSG.DELETE.KV_${name}`)),
    ...[POSITIONS, LEASES].flatMap(ownBucketReads),
    // Canary reads go in like any read; it reads only the answers to them.
    readSubject(CANARY_SOURCE, '*'),
    ...orderedReads(CANARY),
    // How the reads are doing, and nothing of what is in them.
    `${apiOf('MATCHER')}.STREAM.LIST`,
  ]
  return user('api', 'AGENCY', { publish, subscribe: [storedSubject(`$KV.${EDGE_AGENTS}.>`)] })
}

/** The user that exports the audit log (`./sightline audit export`): it reads the log, and nothing else. */
export function auditorUser(): BrokerUser {
  const services = [
    ...streamReads('AGENCY', AUDIT),
    callOf('AGENCY', `STREAM.INFO.${AUDIT_CHECKPOINTS}`),
    callOf('AGENCY', `STREAM.MSG.GET.${AUDIT_CHECKPOINTS}`),
  ]
  return user('auditor', 'AUDITOR', { services })
}

/**
 * The keeper of enrolled edge agents (broker/keeper.ts): follows who has access, and reports how far it has applied it.
 */
export function keeperUser(): BrokerUser {
  const bucket = storedSubject(`$KV.${EDGE_AGENTS}.>`)
  return user('keeper', 'KEEPER', {
    services: [...streamReads('AGENCY', `KV_${EDGE_AGENTS}`), service('AGENCY', `$KV.${POSITIONS}.keeper`)],
    hears: [hearSubject('AGENCY', bucket)],
  })
}

/** The keeper in the server's own account: makes the servers reload their configuration. */
export function keeperSystemUser(): BrokerUser {
  const publish = ['PING', '*.VARZ', '*.RELOAD'].map((name) => `$SYS.REQ.SERVER.${name}`)
  return user('keeper-sys', 'SYS', { publish })
}

/**
 * Load tests (`./sightline replay`): plays reads of any source, always as test traffic, plants displays without the api,
 * follows the alerts of tests, and takes them back.
 */
export function replayUser(): BrokerUser {
  return user('replay', 'REPLAY', {
    services: [
      service('MATCHER', testReadSubject('*', '*')),
      service('AGENCY', `$KV.${DISPLAYS}.*`),
      ...streamReads('AGENCY', TEST_ALERTS),
      callOf('AGENCY', `STREAM.PURGE.${TEST_ALERTS}`),
    ],
    hears: [hearSubject('AGENCY', storedSubject(testAlertSubject('*')))],
  })
}

/** Who sees all incoming reads, and can do nothing else: the demo, and `./sightline record`. */
export function observerUser(sources: ReadSources = {}): BrokerUser {
  const streams = allReadStreams({ ...sources, partitions: 1 })
  return user('observer', 'OBSERVER', {
    services: streams.flatMap((stream) => streamReads('MATCHER', stream)),
  })
}

/** The agency's own processes. */
export const serviceUsers = (sources?: ReadSources): BrokerUser[] => [
  adminUser(),
  matcherUser(sources),
  apiUser(sources?.agentStreams),
  auditorUser(),
  keeperUser(),
  keeperSystemUser(),
]

/**
 * What crosses from edge agents to the agency besides reads and images (schemas/agent-groups.ts); each user is limited to its
 * own cameras.
 */
export const EDGE_SERVICES: readonly Service[] = [service('AGENCY', healthSubject('*')), storedHealth('*')]

/** The last report of a camera, with the time at which the broker stored it: its agent compares clocks by it. */
function storedHealth(cameraId: string): Service {
  return callOf('AGENCY', `DIRECT.GET.${HEALTH}.${healthSubject(cameraId)}`)
}

/** An edge agent that created its own key: the same rights as one of the agency's, in another account. */
export const enrolledUser = (name: string, cameraIds: readonly string[]): BrokerUser => ({
  ...edgeUser(name, cameraIds),
  account: 'ENROLLED',
})

/** The cameras whose reads a user may publish, from the subjects that `edgeUser` lists. */
export const camerasOf = (publish: readonly string[]): string[] => {
  const prefix = readSubject(EDGE_SOURCE, '')
  const cameras = publish
    .filter((subject) => subject.startsWith(prefix))
    .map((one) => one.slice(prefix.length))
  return cameras.filter((camera) => camera !== '*')
}

/**
 * An edge agent: publishes reads, images and health of its own cameras, reads its own last health reports, and nothing
 * else.
 */
export function edgeUser(name: string, cameraIds: readonly string[]): BrokerUser {
  const own = cameraIds.flatMap((id) => [
    readSubject(EDGE_SOURCE, id),
    healthSubject(id),
    storedHealth(id).as,
    pictureSubject(`${EDGE_SOURCE}.${id}.*.*`),
  ])
  return user(name, 'EDGE', { publish: own })
}

/** A vendor: publishes its reads into the stream of reads, and nothing else. */
export function vendorUser(vendorId: string): BrokerUser {
  return user(vendorId, 'VENDOR', { services: [service('MATCHER', readSubject(vendorId, '*'))] })
}
