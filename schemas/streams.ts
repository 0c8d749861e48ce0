import { EDGE_SOURCE } from './read.ts'

/** Names of what is on the broker, and its size; `stream-declarations.ts` says how each stream is set up. */

/** The stream of the agency's own reads; each vendor has its own stream, and partitions have several (`readStream`). */
export const READS = 'READS'
export const ALERTS = 'ALERTS'
/** Alerts of test traffic, apart from all others (`testReadSubject`). */
export const TEST_ALERTS = 'TEST_ALERTS'
/** How often each alert's vehicle was seen; the latest message per alert. */
export const SIGHTINGS = 'SIGHTINGS'
/** Answers of the matcher to canary reads (canary.ts). */
export const CANARY = 'CANARY'
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
/**
 * Bucket of positions; key = service and stream, value = sequence of the last read that the service is done with. A read of
 * the stream is removed only when all of them have passed it (`matcher/make-room.ts`).
 */
export const POSITIONS = 'POSITIONS'

/** Key of a service's position in a stream. */
export const positionKey = (service: string, stream: string): string => `${service}.${stream}`

/** The sequence in a value of `POSITIONS`; null when the value is malformed. */
export function positionIn(text: string): number | null {
  const position = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(position) ? position : null
}
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
   * Number of agent groups, each with its own streams for reads and images (schemas/agent-groups.ts); 2 without
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

/** Stream of the reads of agent group number `n` (schemas/agent-groups.ts). */
export const agentReads = (n: number): string => `${READS}_a${n}`
/** Stream of their images. */
export const agentPictures = (n: number): string => `${PICTURES}_a${n}`
/** Streams in which an image may be: those of the agents, and the one of all others. */
export const pictureStreams = (agentStreams = AGENT_STREAMS): string[] => [
  ...Array.from({ length: agentStreams }, (_, n) => agentPictures(n)),
  PICTURES,
]

export const AGENT_STREAMS = 2
export const EMBEDDED_SIZE: BrokerSize = { replicas: 1, storageGib: 4 }
