import type { StreamConfig } from '@nats-io/jetstream'
import { CANARY_SOURCE, EDGE_SOURCE } from './read.ts'
import {
  ACCESS,
  AGENT_STREAMS,
  ALERT_WORK,
  ALERTS,
  AUDIT,
  AUDIT_CHECKPOINTS,
  AUDIT_REVIEWS,
  agentPictures,
  agentReads,
  type BrokerSize,
  CANARY,
  CASES,
  DELIVERIES,
  DISPLAY_REVISIONS,
  DISPLAYS,
  DISSEMINATIONS,
  EDGE_AGENTS,
  HEALTH,
  isReadStream,
  LEASE_MS,
  LEASES,
  LOOKOUTS,
  MAIL,
  MISUSE_SETTINGS,
  PEOPLE,
  PICTURE_VIEWS,
  PICTURES,
  POSITIONS,
  PRODUCTS,
  QUERY_CACHE,
  REJECTS,
  REJECTS_A_SOURCE,
  readStream,
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
  canarySubject,
  partitionSubject,
  pictureSubject,
  readSubject,
  rejectSubject,
  sightingsSubject,
  storedSubject,
  testAlertSubject,
  testReadSubject,
} from './subjects.ts'

/** Streams and key-value buckets live in the agency's account, the reads in the matcher's. */
export type StreamDeclaration = Pick<
  StreamConfig,
  'name' | 'subjects' | 'retention' | 'discard' | 'storage'
> &
  Partial<StreamConfig> & { description: string; persist_mode?: 'async' }

/**
 * What the broker must contain, declared once: `broker/declare.ts` creates what is missing and reports what differs.
 * Only plain data, so that it can be printed, compared and documented.
 */
export function streamDeclarations(size: BrokerSize): StreamDeclaration[] {
  const all = [
    ...readDeclarations(size),
    ...alertDeclarations(size),
    canaryDeclaration(size),
    ...auditDeclarations(size),
    ...cameraDeclarations(size),
    rejectDeclaration(size),
    ...serviceBuckets(size),
    ...peopleBuckets(size),
    ...workBuckets(size),
    ...temporaryBuckets(size),
  ]
  // Not even the administrator changes the audit log's streams: there the limit is the server's own.
  const isOpen = ({ deny_purge: isKept = false }: StreamDeclaration) => !isKept
  return all.map((one) => (isOpen(one) ? { ...one, max_consumers: mostConsumers(one.name) } : one))
}

/**
 * How many consumers a stream may have; a server from 2.15 refuses the 1,001st of a stream that does not say. Reads have the
 * matcher's, and perhaps a history's. Alerts have one for each open console. The others have one for each api process, and one for each list that is
 * read at this moment.
 */
function mostConsumers(name: string): number {
  if (isReadStream(name)) return 64
  return name === ALERTS ? 10_000 : 1000
}

const SECOND = 1e9
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR
const KIB = 1024
const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** Largest read, bytes: ten characters with several alternatives each take 2.5 KiB; an ordinary read takes 0.8 KiB. */
const READ_BYTES = 4096

/** Parts of the disk: the agency's reads, its images, and the reads of all vendors together. */
const EDGE_SHARE = 0.3
const PICTURES_SHARE = 0.35
const VENDORS_SHARE = 0.2
const ALERTS_SHARE = 0.1
const REJECTS_SHARE = 0.05
/** On top of it: an earlier version has divided the disk among the others, and their sizes stay. */
const TEST_ALERTS_SHARE = 0.01
/** Up to this many vendors, a new one takes no space from existing ones. */
const VENDORS = 2

/** Names whose failed sign-ins are kept, the latest: a flood of names must not fill the disk. */
const MOST_NAMES = 20_000

const file = { retention: 'limits', storage: 'file' } as const

/** For streams that other accounts follow (broker/follow-direct.ts). */
const followed = {
  allow_direct: true,
  republish: { src: '>', dest: storedSubject('>'), headers_only: true },
} as const

/** Bytes of a part of the disk. */
const share = ({ storageGib }: BrokerSize, part: number) => Math.floor(storageGib * GIB * part)

/**
 * For streams that may lose some seconds when power fails, because later messages make up for it. They are not synced
 * to disk at each message; the broker accepts that only for streams with one copy.
 */
const mayFallBack = ({ replicas }: BrokerSize) => (replicas === 1 ? { persist_mode: 'async' as const } : {})

const agentNumbers = ({ agentStreams = AGENT_STREAMS }: BrokerSize) =>
  Array.from({ length: agentStreams }, (_, n) => n)

/** The agency's disk space is divided among the streams of its edge agents, plus the one for all other publishers. */
const agencyStreams = ({ agentStreams = AGENT_STREAMS }: BrokerSize) => agentStreams + 1

/** Description of what happens when a stream of reads is full. */
const FULL = 'Full means refused (discard new): whoever sends keeps what is not acknowledged.'

/** Streams of reads: of the agency, of its edge agents, of each vendor. */
function readDeclarations(size: BrokerSize): StreamDeclaration[] {
  const { replicas, readsHours = 24, partitions = 1, vendors = [], fastReads = false } = size
  const reads = (bytes: number) => ({
    ...file,
    discard: 'new' as const,
    max_age: readsHours * HOUR,
    max_bytes: bytes,
    max_msg_size: READ_BYTES,
    duplicate_window: 120 * SECOND,
    allow_direct: true,
    num_replicas: replicas,
    ...(fastReads ? mayFallBack(size) : {}),
  })
  const subjectAt = (source: string, n: number, subjectOf = readSubject) =>
    partitions === 1 ? subjectOf(source, '*') : partitionSubject(source, n, subjectOf)
  const readsOf = (source: string, bytes: number, description: string): StreamDeclaration[] =>
    Array.from({ length: partitions }, (_, n) => ({
      ...reads(Math.floor(bytes / partitions)),
      name: readStream(source, partitions === 1 ? undefined : n),
      description,
      // Canary reads go the way of the agency's own.
      subjects: [
        ...(source === EDGE_SOURCE ? [source, CANARY_SOURCE] : [source]).map((one) => subjectAt(one, n)),
        subjectAt(source, n, testReadSubject),
      ],
    }))
  const ofOneStream = share(size, EDGE_SHARE / agencyStreams(size))
  const ofOneVendor = share(size, VENDORS_SHARE / Math.max(VENDORS, vendors.length))
  return [
    ...readsOf(
      EDGE_SOURCE,
      ofOneStream,
      `Reads of the agency that no edge agent sends, on their way to the matcher. ${FULL}`,
    ),
    ...agentNumbers(size).map((n) => ({
      ...reads(ofOneStream),
      name: agentReads(n),
      description: `Reads of one agent group, on their way to the matcher. ${FULL}`,
      subjects: [agentSubject(readSubject(EDGE_SOURCE, '*'), n)],
      // An agent's backlog comes in batches; the broker has none for a stream that is synced later.
      ...(fastReads && replicas === 1 ? {} : { allow_atomic: true }),
    })),
    ...vendors.flatMap((vendor) =>
      readsOf(vendor, ofOneVendor, `Reads of the vendor ${vendor} on their way to the matcher. ${FULL}`),
    ),
  ]
}

function alertDeclarations(size: BrokerSize): StreamDeclaration[] {
  const { replicas } = size
  return [
    {
      ...file,
      name: ALERTS,
      description:
        'Alerts. The duplicate window is as long as reads are kept at most: no redelivery can raise an alert twice.',
      subjects: ['alerts.*'],
      discard: 'old',
      max_age: 30 * DAY,
      max_bytes: share(size, ALERTS_SHARE),
      duplicate_window: DAY,
      ...followed,
      num_replicas: replicas,
    },
    {
      ...file,
      name: TEST_ALERTS,
      description:
        'Alerts of test traffic, apart from the others: nothing that counts, sends or judges alerts meets one. Taken back when the test ends.',
      subjects: [testAlertSubject('*')],
      discard: 'old',
      max_age: DAY,
      max_msgs: 1_000_000,
      max_bytes: share(size, TEST_ALERTS_SHARE),
      duplicate_window: DAY,
      ...followed,
      num_replicas: replicas,
    },
    {
      ...file,
      name: SIGHTINGS,
      description: 'How often the vehicle of an alert was seen at its camera: the latest message an alert.',
      subjects: [sightingsSubject('*')],
      discard: 'old',
      max_age: 30 * DAY,
      max_msgs_per_subject: 1,
      ...followed,
      num_replicas: replicas,
    },
  ]
}

/** Apart from the alerts, so that nothing that lists, counts or sends alerts ever meets one. */
const canaryDeclaration = ({ replicas }: BrokerSize): StreamDeclaration => ({
  ...file,
  name: CANARY,
  description:
    'Answers of the matcher to canary reads, for an hour: whether a read becomes an alert in time.',
  subjects: [canarySubject('*')],
  discard: 'old',
  max_age: HOUR,
  max_msgs: 5000,
  max_msg_size: 4 * READ_BYTES,
  num_replicas: replicas,
})

function auditDeclarations({ replicas }: BrokerSize): StreamDeclaration[] {
  return [
    {
      ...file,
      name: AUDIT,
      description: 'Every transaction of every person, for ever (AUD-2): nothing can be deleted or purged.',
      subjects: ['audit.*'],
      discard: 'new',
      deny_delete: true,
      deny_purge: true,
      allow_direct: true,
      num_replicas: replicas,
    },
    {
      ...file,
      name: AUDIT_CHECKPOINTS,
      description:
        'Signed statements of where the audit log ended: to be taken elsewhere, for later proof (AUD-2).',
      subjects: [AUDIT_CHECKPOINT_SUBJECT],
      discard: 'new',
      deny_delete: true,
      deny_purge: true,
      num_replicas: replicas,
    },
  ]
}

/** What cameras send besides reads: their health, and images. */
function cameraDeclarations(size: BrokerSize): StreamDeclaration[] {
  const pictures = {
    ...file,
    discard: 'old' as const,
    max_age: 30 * DAY,
    max_bytes: share(size, PICTURES_SHARE / agencyStreams(size)),
    max_msg_size: MIB,
    max_msgs_per_subject: 1,
    allow_direct: true,
    // The owner of a camera may have them deleted earlier.
    allow_msg_ttl: true,
    num_replicas: size.replicas,
  }
  return [
    {
      ...file,
      name: HEALTH,
      description: 'Last health reports of each camera.',
      subjects: ['health.*'],
      discard: 'old',
      max_msgs_per_subject: 60,
      max_msg_size: 16 * KIB,
      max_age: 7 * DAY,
      allow_direct: true,
      num_replicas: size.replicas,
      ...mayFallBack(size),
    },
    ...agentNumbers(size).map((n) => ({
      ...pictures,
      name: agentPictures(n),
      description: 'Pictures of one agent group, one message each, gone after 30 days.',
      subjects: [agentSubject(pictureSubject(`${EDGE_SOURCE}.*.*.*`), n)],
    })),
    {
      ...pictures,
      name: PICTURES,
      description: 'Pictures that no edge agent sends, one message each, gone after 30 days.',
      subjects: [pictureSubject('*.*.*.*')],
    },
  ]
}

const rejectDeclaration = (size: BrokerSize): StreamDeclaration => ({
  ...file,
  name: REJECTS,
  description:
    'Messages that a service refused, with the reason in the headers, to be looked at: the last of each source.',
  subjects: [rejectSubject('*', '*')],
  discard: 'old',
  max_age: 30 * DAY,
  max_bytes: share(size, REJECTS_SHARE),
  max_msgs_per_subject: REJECTS_A_SOURCE,
  num_replicas: size.replicas,
})

/** Messages between the services. */
function serviceBuckets(size: BrokerSize): StreamDeclaration[] {
  const { replicas } = size
  return [
    {
      ...bucket(DISPLAYS, 'Displays by id, with their last changes.', DISPLAY_REVISIONS, replicas),
      ...followed,
    },
    // A read that is judged twice makes the same alerts.
    { ...bucket(POSITIONS, 'How far a service has come in a stream.', 1, replicas), ...mayFallBack(size) },
    {
      ...bucket(LEASES, 'Which matchers run, and which partition of the reads each holds.', 1, replicas),
      max_age: LEASE_MS * 1e6,
      ...mayFallBack(size),
    },
    {
      ...bucket(EDGE_AGENTS, 'Edge agents by name: who has been invited, enrolled, revoked.', 1, replicas),
      ...followed,
    },
  ]
}

function peopleBuckets({ replicas }: BrokerSize): StreamDeclaration[] {
  return [
    bucket(PEOPLE, 'People with accounts, by their name for signing on.', 5, replicas),
    bucket(ACCESS, 'What each person may see, and how they came to it.', 5, replicas),
    { ...bucket(SESSIONS, 'Sign-ons that last, by the hash of their token.', 1, replicas), max_age: DAY },
    {
      ...bucket(SIGN_ON_TRIES, 'Wrong sign-ons, by the hash of the name.', 1, replicas),
      max_age: 90 * DAY,
      max_msgs: MOST_NAMES,
      discard: 'old',
    },
  ]
}

/** What people create, and messages to them. */
function workBuckets({ replicas }: BrokerSize): StreamDeclaration[] {
  return [
    { ...bucket(MAIL, 'E-mails, sent and to be sent.', 1, replicas), max_age: 400 * DAY },
    {
      ...bucket(ALERT_WORK, 'What people did with alerts: claims and verdicts.', 1, replicas),
      max_age: 400 * DAY,
    },
    {
      ...bucket(
        PICTURE_VIEWS,
        'Who was shown which picture, for a day: what a verification rests on.',
        1,
        replicas,
      ),
      max_age: DAY,
    },
    { ...bucket(DELIVERIES, 'Messages to webhooks, sent and to be sent.', 1, replicas), max_age: 30 * DAY },
    erasable(bucket(CASES, 'Cases by id.', 1, replicas)),
    erasable(bucket(SAVED, 'Results saved into cases, until their retention ends.', 1, replicas)),
    erasable(bucket(PRODUCTS, 'Intelligence products by id.', 1, replicas)),
    erasable(bucket(LOOKOUTS, 'Lookouts by id, until their retention ends.', 1, replicas)),
    bucket(AUDIT_REVIEWS, 'Quarterly reviews of the audit log.', 5, replicas),
    bucket(MISUSE_SETTINGS, 'What the search for misuse goes by.', 5, replicas),
    bucket(DISSEMINATIONS, 'What was passed outside, to whom, under which authority.', 1, replicas),
  ]
}

/** Kept in memory alone, for a day at most. */
function temporaryBuckets({ replicas }: BrokerSize): StreamDeclaration[] {
  const temporary = (name: string, description: string, bytes: number): StreamDeclaration => ({
    ...bucket(name, description, 1, replicas),
    storage: 'memory',
    max_age: DAY,
    max_bytes: bytes,
    allow_msg_ttl: true,
  })
  return [
    temporary(QUERY_CACHE, "Vendors' answers, a day at most; in memory, so on no disk.", 256 * MIB),
    temporary(WRITES_DONE, 'Answers to writes that may be sent again.', 64 * MIB),
  ]
}

/** A bucket whose values are overwritten on disk when they are deleted (AUD-6). */
const erasable = (declared: StreamDeclaration): StreamDeclaration => ({ ...declared, deny_delete: false })

/** A key-value bucket is a stream of this form. @param history values kept a key */
function bucket(name: string, description: string, history: number, replicas: number): StreamDeclaration {
  return {
    ...file,
    name: `KV_${name}`,
    description,
    subjects: [`$KV.${name}.>`],
    discard: 'new',
    max_msgs_per_subject: history,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    num_replicas: replicas,
  }
}
