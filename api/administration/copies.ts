import type { StreamInfo } from '@nats-io/jetstream'

/** Whether a stream can be written, by what its leader says of its copies: `lost` when too few of them are there. Pure. */
export type Copies = 'all' | 'some' | 'lost'

/**
 * Its leader hears from each copy once a second. The server itself says that a copy is offline only when its connection is closed: a
 * node that stands still, or whose cable is out, keeps it for many seconds more, and the leader goes on to answer.
 */
const UNHEARD_MS = 4000
/** The server counts in nanoseconds. */
const MS = 1e6

export function copiesOf({ config, cluster }: Pick<StreamInfo, 'config' | 'cluster'>): Copies {
  const copies = config.num_replicas
  if (copies === 1) return 'all'
  if (!cluster?.leader) return 'lost'
  const gone = (cluster.replicas ?? []).filter(({ offline, active }) => offline || active > UNHEARD_MS * MS)
  if (gone.length === 0) return 'all'
  return copies - gone.length > copies / 2 ? 'some' : 'lost'
}
