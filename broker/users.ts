import {
  adminUser,
  apiUser,
  type BrokerUser,
  edgeUser,
  matcherUser,
  vendorUser,
} from '../schemas/accounts.ts'

/** Who connects to a broker: the agency's own processes, its vendors and its edge agents. */
export interface Parties {
  /** Ids of the vendors whose reads the agency receives. */
  vendors: readonly string[]
  /** Edge agents by user name, with the ids of their cameras. */
  edges: Readonly<Record<string, readonly string[]>>
}

/** Every broker user of an installation. */
export function brokerUsers({ vendors, edges }: Parties): BrokerUser[] {
  return [
    adminUser(),
    matcherUser(),
    apiUser(),
    ...Object.entries(edges).map(([name, cameras]) => edgeUser(name, cameras)),
    ...vendors.map(vendorUser),
  ]
}
