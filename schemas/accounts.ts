import { EDGE_SOURCE } from './read.ts'
import {
  ACCESS,
  ALERT_WORK,
  ALERTS,
  AUDIT,
  AUDIT_CHECKPOINTS,
  AUDIT_REVIEWS,
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
  PICTURES,
  POSITIONS,
  PRODUCTS,
  QUERY_CACHE,
  READS,
  readStreams,
  SAVED,
  SESSIONS,
  SIGHTINGS,
  SIGN_ON_TRIES,
  WRITES_DONE,
} from './streams.ts'
import {
  AUDIT_CHECKPOINT_SUBJECT,
  alertSubject,
  auditSubject,
  healthSubject,
  pictureSubject,
  readSubject,
  rejectSubject,
  sightingsSubject,
} from './subjects.ts'

/**
 * Who may do what on the broker. Trust zones are accounts: nothing of the agency is reachable from the
 * vendor's account but the one subject on which its reads arrive, and from the accounts of edge agents, the agency's own
 * and those that enrolled, but what cameras say. Within the agency every process has the least that it needs;
 * replies come to an inbox of its own, so that nobody listens in. `SYS` is the server's own account.
 */

export type Account = 'AGENCY' | 'VENDOR' | 'EDGE' | 'ENROLLED' | 'SYS'

export interface BrokerUser {
  /** Name of the user, of its key file (`<name>.nk`) and of its inbox. */
  readonly name: string
  readonly account: Account
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
  /** Denied although `publish` would allow it. */
  readonly denyPublish?: readonly string[]
}

/** Prefix of the subjects on which a user receives replies. */
export const inboxOf = (user: string) => `_INBOX_${user}`

const api = (call: string) => `$JS.API.${call}`

/** What a client needs to watch a key-value bucket or read it, and nothing else. */
function bucketReads(bucket: string): string[] {
  const stream = `KV_${bucket}`
  return [...orderedReads(stream), api(`DIRECT.GET.${stream}.>`), api(`STREAM.MSG.GET.${stream}`)]
}

/** What a client needs to follow a stream with consumers of its own that acknowledge nothing. */
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

function user(name: string, account: Account, publish: string[], denyPublish?: string[]): BrokerUser {
  const subscribe = [`${inboxOf(name)}.>`]
  return denyPublish
    ? { name, account, publish, subscribe, denyPublish }
    : { name, account, publish, subscribe }
}

/** The user that declares streams at start; even it cannot remove the audit log. */
export function adminUser(): BrokerUser {
  const denied = [AUDIT, AUDIT_CHECKPOINTS].flatMap((stream) =>
    // An update could set limits by which records go.
    ['DELETE', 'PURGE', 'MSG.DELETE', 'UPDATE'].map((call) => api(`STREAM.${call}.${stream}`)),
  )
  return { ...user('admin', 'AGENCY', ['>'], denied), subscribe: ['>'] }
}

/** @param partitions of the reads (schemas/streams.ts) */
export function matcherUser(partitions = 1): BrokerUser {
  // READS too, which an installation that has partitions since may still hold.
  const streams = new Set([READS, ...readStreams(partitions), ALERTS, SIGHTINGS])
  return user('matcher', 'AGENCY', [
    api('INFO'),
    api('STREAM.NAMES'),
    ...[...streams].flatMap(orderedReads),
    ...bucketReads(POSITIONS),
    `$KV.${POSITIONS}.matcher.*`,
    ...bucketReads(LEASES),
    `$KV.${LEASES}.>`,
    ...bucketReads(DISPLAYS),
    alertSubject('*'),
    sightingsSubject('*'),
    rejectSubject('matcher'),
  ])
}

/** Buckets whose values have a retention period, at whose end they are overwritten (AUD-6). */
const ERASABLE = [CASES, SAVED, PRODUCTS, LOOKOUTS]

export function apiUser(): BrokerUser {
  return user('api', 'AGENCY', [
    api('INFO'),
    ...bucketReads(DISPLAYS),
    `$KV.${DISPLAYS}.>`,
    ...orderedReads(ALERTS),
    api(`STREAM.MSG.GET.${ALERTS}`),
    ...orderedReads(SIGHTINGS),
    api(`DIRECT.GET.${SIGHTINGS}.>`),
    api(`STREAM.MSG.GET.${AUDIT}`),
    auditSubject('*'),
    ...orderedReads(AUDIT),
    ...orderedReads(AUDIT_CHECKPOINTS),
    AUDIT_CHECKPOINT_SUBJECT,
    api(`DIRECT.GET.${PICTURES}.>`),
    api(`STREAM.INFO.${HEALTH}`),
    api(`DIRECT.GET.${HEALTH}.>`),
    ...bucketReads(EDGE_AGENTS),
    `$KV.${EDGE_AGENTS}.>`,
    ...[PEOPLE, ACCESS, SESSIONS, SIGN_ON_TRIES, MAIL].flatMap((name) => [
      ...bucketReads(name),
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
    ].flatMap((name) => [...bucketReads(name), `$KV.${name}.>`]),
    ...ERASABLE.map((name) => api(`STREAM.MSG.DELETE.KV_${name}`)),
    api(`DIRECT.GET.KV_${POSITIONS}.>`),
  ])
}

/** Who takes the audit log elsewhere (`./sightline audit export`): reads it, and nothing else. */
export function auditorUser(): BrokerUser {
  return user('auditor', 'AGENCY', [api('INFO'), ...orderedReads(AUDIT), ...orderedReads(AUDIT_CHECKPOINTS)])
}

/** The keeper of enrolled edge agents (broker/keeper.ts): follows who has access, and says how far it is. */
export function keeperUser(): BrokerUser {
  return user('keeper', 'AGENCY', [api('INFO'), ...bucketReads(EDGE_AGENTS), `$KV.${POSITIONS}.keeper`])
}

/** The keeper again, in the server's own account: has the servers read their configuration anew. */
export function keeperSystemUser(): BrokerUser {
  const calls = ['PING', '*.VARZ', '*.RELOAD'].map((call) => `$SYS.REQ.SERVER.${call}`)
  return user('keeper-sys', 'SYS', calls)
}

/** The agency's own processes. @param partitions of the reads (schemas/streams.ts) */
export const serviceUsers = (partitions?: number): BrokerUser[] => [
  adminUser(),
  matcherUser(partitions),
  apiUser(),
  auditorUser(),
  keeperUser(),
  keeperSystemUser(),
]

/** What passes from edge agents to the agency; each user is held to its own cameras besides. */
export const EDGE_SUBJECTS = [
  readSubject(EDGE_SOURCE, '*'),
  healthSubject('*'),
  pictureSubject(`${EDGE_SOURCE}.*.*.*`),
  rejectSubject('*'),
]

/** An edge agent that made its own key: the same rights as one of the agency's, in another account. */
export const enrolledUser = (name: string, cameraIds: readonly string[]): BrokerUser => ({
  ...edgeUser(name, cameraIds),
  account: 'ENROLLED',
})

/**
 * An edge agent: reads, pictures and health of its own cameras, and nothing else. Not in the agency's account: the broker
 * never asks whether an agent may publish to the subject at which it wants the answer.
 */
export function edgeUser(name: string, cameraIds: readonly string[]): BrokerUser {
  const own = cameraIds.flatMap((id) => [
    readSubject(EDGE_SOURCE, id),
    healthSubject(id),
    pictureSubject(`${EDGE_SOURCE}.${id}.*.*`),
  ])
  return user(name, 'EDGE', [...own, rejectSubject(name)])
}

/** A vendor: its reads, into the agency's stream, and nothing else. Its account imports just that subject. */
export function vendorUser(vendorId: string): BrokerUser {
  return user(vendorId, 'VENDOR', [readSubject(vendorId, '*')])
}
