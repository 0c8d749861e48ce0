import { fromPublic } from '@nats-io/nkeys'
import { camerasOf, EDGE_SERVICES, enrolledUser } from '@sightline/schemas/accounts'
import { groupServices, groupsOf } from '@sightline/schemas/agent-groups'
import type { EdgeAgent } from '@sightline/schemas/edge-agent'
import { AGENT_STREAMS } from '@sightline/schemas/streams'
import { serviceImport, userEntry } from './account-config.ts'

type Import = ReturnType<typeof serviceImport>

interface AccountConfig {
  users: { nkey: string; permissions: { publish: { allow: readonly string[] } } }[]
  imports: Import[]
}

interface Config {
  accounts: Record<string, AccountConfig>
}

/**
 * A server's configuration with exactly these agents in the account ENROLLED, each in its group; everything else is
 * unchanged. An agent with an invalid key, or with another user's key, is left out: the server refuses a configuration
 * with a duplicate key or a wrong checksum, and then also every later revocation.
 * @param config from `serverConfig`
 * @param agentStreams number of agent groups (schemas/agent-groups.ts)
 */
export function withEnrolled(
  config: string,
  agents: Iterable<EdgeAgent>,
  agentStreams = AGENT_STREAMS,
): string {
  const parsed = JSON.parse(config) as Config
  const { ENROLLED, ...others } = parsed.accounts
  const { EDGE } = others
  if (!ENROLLED || !EDGE) throw new Error('the configuration lacks an account: create it again')
  const taken = new Set(Object.values(others).flatMap(({ users }) => users.map(({ nkey }) => nkey)))
  const cameras: (readonly string[])[] = []
  ENROLLED.users = []
  for (const { name, access } of [...agents].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!access || taken.has(access.publicKey) || !isKey(access.publicKey)) continue
    taken.add(access.publicKey)
    ENROLLED.users.push(userEntry(enrolledUser(name, access.cameras), access.publicKey))
    cameras.push(access.cameras)
  }
  const before = new Map([EDGE, ENROLLED].flatMap(({ imports }) => groupsIn(imports)))
  const edges = EDGE.users.map(({ permissions }) => camerasOf(permissions.publish.allow))
  const groups = groupsOf([...edges, ...cameras], agentStreams, before)
  const passing = [...new Set(cameras.flat())].flatMap((camera) => groupServices(camera, groups.get(camera)!))
  ENROLLED.imports = [...EDGE_SERVICES, ...passing].map(serviceImport)
  return `${JSON.stringify(parsed, null, 2)}\n`
}

/** The groups of cameras from the bridges, as `groupServices` names them. */
const groupsIn = (imports: readonly Import[]): [camera: string, group: number][] =>
  imports.flatMap(({ service: { subject } }) => {
    const found = /^reads\.[^.]+\.([^.]+)\.a(\d+)$/.exec(subject)
    return found ? [[found[1]!, Number(found[2])] as [string, number]] : []
  })

function isKey(publicKey: string): boolean {
  try {
    return fromPublic(publicKey).getPublicKey() === publicKey
  } catch {
    return false
  }
}
