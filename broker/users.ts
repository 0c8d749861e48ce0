import {
  type BrokerUser,
  edgeUser,
  observerUser,
  replayUser,
  serviceUsers,
  vendorUser,
} from '@sightline/schemas/accounts'
import { SightlineError } from '@sightline/schemas/errors'
import { CANARY_SOURCE, EDGE_SOURCE } from '@sightline/schemas/read'

/** Who connects to a broker: the agency's own processes, its vendors and its own edge agents. */
export interface Parties {
  /** Ids of the vendors whose reads the agency receives. */
  vendors: readonly string[]
  /** Edge agents by user name, with the ids of their cameras; others enroll while the broker runs. */
  edges: Readonly<Record<string, readonly string[]>>
  /** Partitions of the reads (schemas/streams.ts); 1 without it. */
  partitions?: number
  /** Number of agent groups (schemas/agent-groups.ts). */
  agentStreams?: number
  /** Whether load tests may run on it, bypassing the api's rules and its audit log. */
  replay?: boolean
  /** Whether somebody may see all reads: the demo, and who records them. */
  observer?: boolean
}

/** Every broker user of a new installation. @throws CONFIG_INVALID for a vendor with another user's name */
export function brokerUsers({ vendors, edges, replay, observer, ...size }: Parties): BrokerUser[] {
  const sources = { ...size, vendors }
  const users = [
    ...serviceUsers(sources),
    ...Object.entries(edges).map(([name, cameras]) => edgeUser(name, cameras)),
    ...vendors.map(vendorUser),
    ...(replay ? [replayUser()] : []),
    ...(observer ? [observerUser(sources)] : []),
  ]
  const names = users.map(({ name }) => name)
  const reserved: readonly string[] = [EDGE_SOURCE, CANARY_SOURCE]
  const taken = vendors.find((id) => reserved.includes(id) || names.filter((name) => name === id).length > 1)
  if (taken === undefined) return users
  throw new SightlineError('CONFIG_INVALID', `${taken} cannot be the name of a vendor`, {
    hint: "One of the agency's own services has this name, or it appears twice.",
  })
}
