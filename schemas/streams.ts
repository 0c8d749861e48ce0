import type { StreamConfig } from '@nats-io/jetstream'

/**
 * What the broker must hold, declared once: `broker/declare.ts` creates what is missing and reports what
 * differs. Only plain data, so that it can be printed, compared and documented.
 */

const SECOND = 1e9
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR
const GIB = 1024 ** 3
const MIB = 1024 ** 2

/** Streams and key-value buckets live in the agency's account. */
export type StreamDeclaration = Pick<
  StreamConfig,
  'name' | 'subjects' | 'retention' | 'discard' | 'storage'
> &
  Partial<StreamConfig> & { description: string }

/** The stream that the matcher follows. */
export const READS = 'READS'
export const ALERTS = 'ALERTS'
export const AUDIT = 'AUDIT'
export const HEALTH = 'HEALTH'
export const PICTURES = 'PICTURES'
export const REJECTS = 'REJECTS'
/** Bucket of displays; key = display id, value = Display as JSON. */
export const DISPLAYS = 'DISPLAYS'
/** Bucket of positions; key = service, value = sequence of the last read whose alerts are stored. */
export const POSITIONS = 'POSITIONS'
/** Bucket of edge agents; key = name, value = EdgeAgent as JSON. */
export const EDGE_AGENTS = 'EDGE_AGENTS'

const file = { retention: 'limits', storage: 'file' } as const

export interface BrokerSize {
  /** Copies of every message: 1 on one node, 3 in production. */
  replicas: number
  /** Disk that the bounded streams may fill together, in GiB a node. JetStream reserves it at once. */
  storageGib: number
}

export const EMBEDDED_SIZE: BrokerSize = { replicas: 1, storageGib: 4 }

export function streamDeclarations({ replicas, storageGib }: BrokerSize): StreamDeclaration[] {
  const share = (part: number) => Math.floor(storageGib * GIB * part)
  return [
    {
      ...file,
      name: READS,
      description:
        'Reads on their way to the matcher. Full means refused (discard new): publishers keep what is not acknowledged.',
      subjects: ['reads.*.*'],
      discard: 'new',
      max_age: DAY,
      max_bytes: share(0.4),
      max_msg_size: 64 * 1024,
      duplicate_window: 120 * SECOND,
      num_replicas: replicas,
    },
    {
      ...file,
      name: ALERTS,
      description:
        'Alerts. The duplicate window equals the age of READS: no redelivery can raise an alert twice.',
      subjects: ['alerts.*'],
      discard: 'old',
      max_age: 30 * DAY,
      max_bytes: share(0.1),
      duplicate_window: DAY,
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
      name: HEALTH,
      description: 'Last health reports of each camera.',
      subjects: ['health.*'],
      discard: 'old',
      max_msgs_per_subject: 60,
      max_age: 7 * DAY,
      allow_direct: true,
      num_replicas: replicas,
    },
    {
      ...file,
      name: PICTURES,
      description: 'Pictures of plates and vehicles, one message each, gone after 30 days.',
      subjects: ['pictures.*.*.*.*'],
      discard: 'old',
      max_age: 30 * DAY,
      max_bytes: share(0.45),
      max_msg_size: MIB,
      max_msgs_per_subject: 1,
      allow_direct: true,
      num_replicas: replicas,
    },
    {
      ...file,
      name: REJECTS,
      description: 'Messages that a service refused, with the reason in the headers, to be looked at.',
      subjects: ['rejects.*'],
      discard: 'old',
      max_age: 30 * DAY,
      max_bytes: share(0.05),
      num_replicas: replicas,
    },
    bucket(DISPLAYS, 'Displays by id.', 5, replicas),
    bucket(POSITIONS, 'How far a service has come in a stream.', 1, replicas),
    bucket(EDGE_AGENTS, 'Edge agents by name: who has been invited, enrolled, revoked.', 1, replicas),
  ]
}

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
