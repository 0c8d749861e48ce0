import { type BrokerUser, camerasOf, EDGE_SERVICES } from '@sightline/schemas/accounts'
import { groupExports, groupServices, groupsOf } from '@sightline/schemas/agent-groups'
import type { Account, Heard, Service } from '@sightline/schemas/bridges'

interface Parties {
  users: readonly BrokerUser[]
  /** Public key by user name (broker/keys.ts). */
  publicKeys: ReadonlyMap<string, string>
  /** Number of agent groups (schemas/agent-groups.ts). */
  agentStreams: number
}

/** Accounts that always exist, whoever connects. */
const ALWAYS: readonly Account[] = [
  ...(['SYS', 'AGENCY', 'MATCHER', 'KEEPER', 'AUDITOR', 'EDGE', 'ENROLLED', 'VENDOR'] as const),
]

/**
 * The accounts of a nats-server: each with its users, what they use and receive from other accounts, and what others
 * use and receive from it.
 * @param more settings of an account, e.g. that it has JetStream
 */
export function accountsOf(
  { users, publicKeys, agentStreams }: Parties,
  more: Partial<Record<Account, object>>,
): Record<string, object> {
  const names = [...new Set([...ALWAYS, ...users.map(({ account }) => account)])]
  const used = new Map(names.map((name) => [name, servicesOf(name, users)]))
  const edges = usersWithin('EDGE', users).map(({ publish }) => camerasOf(publish))
  const passes = [...groupsOf(edges, agentStreams, new Map())].flatMap(([camera, n]) =>
    groupServices(camera, n),
  )
  const exportedTo = new Map(used)
  for (const name of AGENTS) exportedTo.set(name, [...EDGE_SERVICES, ...groupExports(agentStreams)])
  const heard = new Map(
    names.map((name) => [name, usersWithin(name, users).flatMap(({ hears }) => hears)] as const),
  )
  const accounts = names.map((name) => [
    name,
    {
      ...more[name],
      users: usersWithin(name, users).map((user) => userEntry(user, publicKeys.get(user.name) ?? '')),
      imports: [
        ...used.get(name)!.map(serviceImport),
        ...(name === 'EDGE' ? passes.map(serviceImport) : []),
        ...heard.get(name)!.map(streamImport),
      ],
      exports: [
        ...exportsOf(name, exportedTo).map(([subject, accounts, answers]) => ({
          service: subject,
          accounts,
          ...(answers === 'many' ? { response_type: 'Stream' } : {}),
        })),
        ...exportsOf(name, heard).map(([stream, accounts]) => ({ stream, accounts })),
      ],
    },
  ])
  return Object.fromEntries(accounts)
}

const usersWithin = (account: Account, users: readonly BrokerUser[]) =>
  users.filter((user) => user.account === account)

/** Accounts of edge agents. */
const AGENTS: readonly Account[] = ['EDGE', 'ENROLLED']

/** Edge agents come and go; except for their groups, what crosses from them is the same for all. */
function servicesOf(account: Account, users: readonly BrokerUser[]): readonly Service[] {
  if (AGENTS.includes(account)) return EDGE_SERVICES
  return usersWithin(account, users).flatMap(({ services }) => services)
}

/** What others import from an account: each subject once, with the importers. */
function exportsOf(
  account: Account,
  imports: ReadonlyMap<Account, readonly (Heard & Partial<Service>)[]>,
): [subject: string, accounts: Account[], answers: Service['answers'] | undefined][] {
  const found = new Map<string, [string, Account[], Service['answers'] | undefined]>()
  for (const [name, all] of imports) {
    for (const { from, subject, answers } of all) {
      if (from !== account) continue
      const entry = found.get(subject) ?? [subject, [], answers]
      found.set(subject, entry)
      entry[1].push(name)
    }
  }
  return [...found.values()]
}

export const serviceImport = ({ from, subject, as }: Service) => ({
  service: { account: from, subject },
  ...(as === subject ? {} : { to: as }),
})

const streamImport = ({ from, subject, as }: Heard) => ({ stream: { account: from, subject }, to: as })

/** A user in the server's configuration. */
export const userEntry = (user: BrokerUser, publicKey: string) => ({
  nkey: publicKey,
  permissions: {
    publish: { allow: user.publish, ...(user.denyPublish ? { deny: user.denyPublish } : {}) },
    subscribe: { allow: user.subscribe },
  },
})
