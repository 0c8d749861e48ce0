import {
  type BrokerUser,
  demoUser,
  edgeUser,
  replayUser,
  serviceUsers,
  vendorUser,
} from '../schemas/accounts.ts'

/** Who connects to a broker: the agency's own processes, its vendors and its own edge agents. */
export interface Parties {
  /** Ids of the vendors whose reads the agency receives. */
  vendors: readonly string[]
  /** Edge agents by user name, with the ids of their cameras; others enrol while the broker runs. */
  edges: Readonly<Record<string, readonly string[]>>
  /** Partitions of the reads (schemas/streams.ts); 1 without it. */
  partitions?: number
  /** Load tests may be made on it, past the api's rules and its audit log. */
  replay?: boolean
  /** It is the demo's. */
  demo?: boolean
}

/** Every broker user that an installation has from its beginning. */
export function brokerUsers({ vendors, edges, partitions, replay, demo }: Parties): BrokerUser[] {
  return [
    ...serviceUsers(partitions),
    ...Object.entries(edges).map(([name, cameras]) => edgeUser(name, cameras)),
    ...vendors.map(vendorUser),
    ...(replay ? [replayUser()] : []),
    ...(demo ? [demoUser()] : []),
  ]
}
