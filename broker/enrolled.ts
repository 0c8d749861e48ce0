import { fromPublic } from '@nats-io/nkeys'
import { enrolledUser } from '../schemas/accounts.ts'
import type { EdgeAgent } from '../schemas/edge-agent.ts'
import { userEntry } from './account-config.ts'

interface Config {
  accounts: Record<string, { users: { nkey: string }[] }>
}

/**
 * A server's configuration with exactly these agents in the account ENROLLED; all else stays as it is. An agent whose
 * key somebody else has already, or is none, is left out: the server refuses a configuration with one key twice or with
 * one whose checksum is wrong, and with it every later revocation.
 * @param config as `serverConfig` writes it
 */
export function withEnrolled(config: string, agents: Iterable<EdgeAgent>): string {
  const parsed = JSON.parse(config) as Config
  const { ENROLLED, ...others } = parsed.accounts
  if (!ENROLLED) throw new Error('the configuration has no account ENROLLED: write it anew')
  const taken = new Set(Object.values(others).flatMap(({ users }) => users.map(({ nkey }) => nkey)))
  ENROLLED.users = []
  for (const { name, access } of [...agents].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!access || taken.has(access.publicKey) || !isKey(access.publicKey)) continue
    taken.add(access.publicKey)
    ENROLLED.users.push(userEntry(enrolledUser(name, access.cameras), access.publicKey))
  }
  return `${JSON.stringify(parsed, null, 2)}\n`
}

function isKey(publicKey: string): boolean {
  try {
    return fromPublic(publicKey).getPublicKey() === publicKey
  } catch {
    return false
  }
}
