import type { StreamConfig } from '@nats-io/jetstream'
import { EDGE_SOURCE } from './read.ts'
import {
  AUDIT_CHECKPOINT_SUBJECT,
  agentSubject,
  partitionSubject,
  pictureSubject,
  readSubject,
  rejectSubject,
  sightingsSubject,
  storedSubject,
} from './subjects.ts'

/**
 * What the broker must contain, declared once: `broker/declare.ts` creates what is missing and reports what differs.
 * Only plain data, so that it can be printed, compared and documented.
 */

const SECOND = 1e9
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR
const GIB = 1024 ** 3
const MIB = 1024 ** 2

/** Streams and key-value buckets live in the agency's account, the reads in the matcher's. */
export type StreamDeclaration = Pick<
  StreamConfig,
  'name' | 'subjects' | 'retention' | 'discard' | 'storage'
> &
  Partial<StreamConfig> & { description: string; persist_mode?: 'async' }

/** The stream of the agency's own reads; each vendor has its own stream, and partitions have several (`readStream`). */
export const READS = 'READS'
export const ALERTS = 'ALERTS'
/** How often each alert's vehicle was seen; the latest message per alert. */
export const SIGHTINGS = 'SIGHTINGS'
export const AUDIT = 'AUDIT'
/** Signed ends of the audit log. */
export const AUDIT_CHECKPOINTS = 'AUDIT_CHECKPOINTS'
export const HEALTH = 'HEALTH'
export const PICTURES = 'PICTURES'
export const REJECTS = 'REJECTS'
/** How many of the latest rejects of each source are kept. */
export const REJECTS_A_SOURCE = 1000
/** Bucket of displays; key = display id, value = Display as JSON. */
export const DISPLAYS = 'DISPLAYS'
/** Revisions kept of each display, shown as its history: the maximum of a bucket. */
export const DISPLAY_REVISIONS = 64
/** Bucket of positions; key = service and stream, value = sequence of the last read whose alerts are stored. */
export const POSITIONS = 'POSITIONS'
/** Bucket of the running matchers and their partitions; an entry that is not renewed expires. */
export const LEASES = 'LEASES'
/** Bucket of edge agents; key = name, value = EdgeAgent as JSON. */
export const EDGE_AGENTS = 'EDGE_AGENTS'
/** Bucket of people with accounts; key = person id, value = Person as JSON. */
export const PEOPLE = 'PEOPLE'
/** Bucket of what people may see, and how they got it; key = person id, value = AccessFile as JSON. */
export const ACCESS = 'ACCESS'
/** Bucket of sessions; key = SHA-256 of the cookie's token, value = Session as JSON. */
export const SESSIONS = 'SESSIONS'
/** Bucket of failed sign-ins; key = SHA-256 of the name, value = SignOnTries as JSON. */
export const SIGN_ON_TRIES = 'TRIES'
/** Names whose tries are kept, the latest: a flood of names must not fill the disk. */
const MOST_NAMES = 20_000
/** Bucket of e-mails, sent and unsent; key = id, value = Mail as JSON. */
export const MAIL = 'MAIL'
/** Bucket of what people did with alerts; key = alert id, value = AlertWork as JSON. */
export const ALERT_WORK = 'ALERT_WORK'
/** Bucket of who was shown which image; key = `viewKey()`, value = PictureView as JSON. */
export const PICTURE_VIEWS = 'PICTURE_VIEWS'
/** Bucket of messages to webhooks; key = id, value = Delivery as JSON. */
export const DELIVERIES = 'DELIVERIES'
/** Bucket of cases; key = case id, value = Case as JSON. */
export const CASES = 'CASES'
/** Bucket of reads saved into cases; key = `<case>.<read>`, value = SavedRead as JSON. */
export const SAVED = 'SAVED'
/** Bucket of intelligence products; key = product id, value = Product as JSON. */
export const PRODUCTS = 'PRODUCTS'
/** Bucket of lookouts; key = lookout id, value = Lookout as JSON. */
export const LOOKOUTS = 'LOOKOUTS'
/** Bucket of what was shared outside; key = id, value = Dissemination as JSON. */
export const DISSEMINATIONS = 'DISSEMINATIONS'
/** Bucket of quarterly reviews of the audit log; key = quarter, value = AuditReview as JSON. */
export const AUDIT_REVIEWS = 'AUDIT_REVIEWS'
/** Bucket of oversight's settings for the search for misuse; key = `current`, value = MisuseSettings as JSON. */
export const MISUSE_SETTINGS = 'MISUSE_SETTINGS'
/** Bucket of vendors' answers, for 4 to 24 hours, each with a time to live, never on disk. */
export const QUERY_CACHE = 'QUERY_CACHE'
/** Bucket of outcomes of writes that may be repeated, for a day, never on disk. */
export const WRITES_DONE = 'WRITES_DONE'

const file = { retention: 'limits', storage: 'file' } as const

/**
 * For streams that may lose some seconds when power fails, because later messages make up for it. They are not synced
 * to disk at each message; the broker accepts that only for streams with one copy.
 */
const mayFallBack = (replicas: number) => (replicas === 1 ? { persist_mode: 'async' as const } : {})

/** For streams that other accounts follow (broker/follow-direct.ts). */
const followed = {
  allow_direct: true,
  republish: { src: '>', dest: storedSubject('>'), headers_only: true },
} as const

export interface BrokerSize {
  /** Copies of every message: 1 on one node, 3 in production. */
  replicas: number
  /** Disk space that the bounded streams may fill together, in GiB per node. JetStream reserves it at once. */
  storageGib: number
  /** How long reads are kept for a matcher that is down, hours; without it 24, the maximum. */
  readsHours?: number
  /** Streams over which the reads are distributed by camera; 1 without it. Choose it once (docs/matcher.md). */
  partitions?: number
  /** Ids of the vendors: each has its own streams, which no other source can fill or delay. */
  vendors?: readonly string[]
  /**
   * Number of shares of the edge agents, each with its own streams for reads and images (schemas/shares.ts); 2 without
   * it.
   */
  agentStreams?: number
  /**
   * Reads are acknowledged before they are on disk, if there is one copy: some ten thousand a second instead of some
   * hundred, and a power failure loses the last ones. For load tests.
   */
  fastReads?: boolean
}

/** How long an entry of `LEASES` lives without renewal, milliseconds, by the broker's clock. */
export const LEASE_MS = 6000

/** Name of the stream of one source's reads, or of one of its partitions. */
export const readStream = (source: string, partition?: number): string =>
  `${READS}${partition === undefined ? '' : `_${partition}`}${source === EDGE_SOURCE ? '' : `-${source}`}`

/** Names of the streams of some sources' reads: one per source, or one per partition. */
export const readStreams = (partitions = 1, sources: readonly string[] = [EDGE_SOURCE]): string[] =>
  sources.flatMap((source) =>
    partitions === 1
      ? [readStream(source)]
      : Array.from({ length: partitions }, (_, n) => readStream(source, n)),
  )

/** What the streams of reads depend on. */
export type ReadSources = Pick<BrokerSize, 'partitions' | 'vendors' | 'agentStreams'>

/** Names of all streams of reads. */
export const allReadStreams = ({ partitions, vendors = [], agentStreams = AGENT_STREAMS }: ReadSources) => [
  ...readStreams(partitions, [EDGE_SOURCE, ...vendors]),
  ...Array.from({ length: agentStreams }, (_, n) => agentReads(n)),
]

/** Whether a stream is one of reads, of any source and with any number of partitions. */
export const isReadStream = (name: string): boolean => /^READS(_a?\d+)?(-[A-Za-z0-9_-]+)?$/.test(name)

/** Stream of the reads of the edge agents of share number `n` (schemas/shares.ts). */
export const agentReads = (n: number): string => `${READS}_a${n}`
/** Stream of their images. */
export const agentPictures = (n: number): string => `${PICTURES}_a${n}`
/** Streams in which an image may be: those of the agents, and the one of all others. */
export const pictureStreams = (agentStreams = AGENT_STREAMS): string[] => [
  ...Array.from({ length: agentStreams }, (_, n) => agentPictures(n)),
  PICTURES,
]

/** What to know of a stream of reads that is full. */
const FULL = 'Full means refused (discard new): whoever sends keeps what is not acknowledged.'

/** Largest read, bytes: ten characters with several alternatives each take 2.5 KiB; an ordinary read takes 0.8 KiB. */
const READ_BYTES = 4096
const KIB = 1024

/** Parts of the disk: the agency's reads, its images, and the reads of all vendors together. */
const EDGE_SHARE = 0.3
const PICTURES_SHARE = 0.35
const VENDORS_SHARE = 0.2
/** Up to this many vendors, a new one takes no space from existing ones. */
const VENDORS = 2

export const AGENT_STREAMS = 2
export const EMBEDDED_SIZE: BrokerSize = { replicas: 1, storageGib: 4 }

export function streamDeclarations({
  replicas,
  storageGib,
  readsHours = 24,
  partitions = 1,
  vendors = [],
  agentStreams = AGENT_STREAMS,
  fastReads = false,
}: BrokerSize): StreamDeclaration[] {
  const share = (part: number) => Math.floor(storageGib * GIB * part)
  const agents = Array.from({ length: agentStreams }, (_, n) => n)
  const reads = (bytes: number) => ({
    ...file,
    discard: 'new' as const,
    max_age: readsHours * HOUR,
    max_bytes: bytes,
    max_msg_size: READ_BYTES,
    duplicate_window: 120 * SECOND,
    allow_direct: true,
    num_replicas: replicas,
    ...(fastReads ? mayFallBack(replicas) : {}),
  })
  const pictures = () => ({
    ...file,
    discard: 'old' as const,
    max_age: 30 * DAY,
    max_bytes: share(PICTURES_SHARE / (agentStreams + 1)),
    max_msg_size: MIB,
    max_msgs_per_subject: 1,
    allow_direct: true,
    // The owner of a camera may let them go earlier.
    allow_msg_ttl: true,
    num_replicas: replicas,
  })
  const readsOf = (
    source: string,
    bytes: number,
    more: Pick<StreamDeclaration, 'description'>,
  ): StreamDeclaration[] =>
    Array.from({ length: partitions }, (_, n) => ({
      ...reads(Math.floor(bytes / partitions)),
      name: readStream(source, partitions === 1 ? undefined : n),
      subjects: [partitions === 1 ? readSubject(source, '*') : partitionSubject(source, n)],
      ...more,
    }))
  return [
    ...readsOf(EDGE_SOURCE, share(EDGE_SHARE / (agentStreams + 1)), {
      description: `Reads of the agency that no edge agent sends, on their way to the matcher. ${FULL}`,
    }),
    ...agents.map((n) => ({
      ...reads(share(EDGE_SHARE / (agentStreams + 1))),
      name: agentReads(n),
      description: `Reads of edge agents of one share, on their way to the matcher. ${FULL}`,
      subjects: [agentSubject(readSubject(EDGE_SOURCE, '*'), n)],
    })),
    ...vendors.flatMap((vendor) =>
      readsOf(vendor, share(VENDORS_SHARE / Math.max(VENDORS, vendors.length)), {
        description: `Reads of the vendor ${vendor} on their way to the matcher. ${FULL}`,
      }),
    ),
    {
      ...file,
      name: ALERTS,
      description:
        'Alerts. The duplicate window is as long as reads are kept at most: no redelivery can raise an alert twice.',
      subjects: ['alerts.*'],
      discard: 'old',
      max_age: 30 * DAY,
      max_bytes: share(0.1),
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
      num_replicas: replicas,
      ...mayFallBack(replicas),
    },
    ...agents.map((n) => ({
      ...pictures(),
      name: agentPictures(n),
      description: 'Pictures of edge agents of one share, one message each, gone after 30 days.',
      subjects: [agentSubject(pictureSubject(`${EDGE_SOURCE}.*.*.*`), n)],
    })),
    {
      ...pictures(),
      name: PICTURES,
      description: 'Pictures that no edge agent sends, one message each, gone after 30 days.',
      subjects: [pictureSubject('*.*.*.*')],
    },
    {
      ...file,
      name: REJECTS,
      description:
        'Messages that a service refused, with the reason in the headers, to be looked at: the last of each source.',
      subjects: [rejectSubject('*', '*')],
      discard: 'old',
      max_age: 30 * DAY,
      max_bytes: share(0.05),
      max_msgs_per_subject: REJECTS_A_SOURCE,
      num_replicas: replicas,
    },
    {
      ...bucket(DISPLAYS, 'Displays by id, with their last changes.', DISPLAY_REVISIONS, replicas),
      ...followed,
    },
    // What is judged twice makes the same alerts.
    {
      ...bucket(POSITIONS, 'How far a service has come in a stream.', 1, replicas),
      ...mayFallBack(replicas),
    },
    {
      ...bucket(LEASES, 'Which matchers run, and which partition of the reads each holds.', 1, replicas),
      max_age: LEASE_MS * 1e6,
      ...mayFallBack(replicas),
    },
    {
      ...bucket(EDGE_AGENTS, 'Edge agents by name: who has been invited, enrolled, revoked.', 1, replicas),
      ...followed,
    },
    bucket(PEOPLE, 'People with accounts, by their name for signing on.', 5, replicas),
    bucket(ACCESS, 'What each person may see, and how they came to it.', 5, replicas),
    { ...bucket(SESSIONS, 'Sign-ons that last, by the hash of their token.', 1, replicas), max_age: DAY },
    {
      ...bucket(SIGN_ON_TRIES, 'Wrong sign-ons, by the hash of the name.', 1, replicas),
      max_age: 90 * DAY,
      max_msgs: MOST_NAMES,
      discard: 'old',
    },
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
    {
      ...bucket(QUERY_CACHE, "Vendors' answers, a day at most; in memory, so on no disk.", 1, replicas),
      storage: 'memory',
      max_age: DAY,
      max_bytes: 256 * MIB,
      allow_msg_ttl: true,
    },
    {
      ...bucket(WRITES_DONE, 'Answers to writes that may be sent again.', 1, replicas),
      storage: 'memory',
      max_age: DAY,
      max_bytes: 64 * MIB,
      allow_msg_ttl: true,
    },
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
