import { type Service, service } from './bridges.ts'
import { EDGE_SOURCE } from './read.ts'
import { agentSubject, pictureSubject, readSubject } from './subjects.ts'

/**
 * Each edge agent belongs to an agent group: messages from its cameras are stored under a subject with the number of the
 * group, in streams of that group (schemas/streams.ts). So an agent that sends too much fills and delays only its own
 * group. The agents do not know about groups: the bridge from their account renames their messages. With more agents than
 * groups, a new agent joins the group with the fewest agents.
 */

/** The cameras of one agent. */
export type AgentCameras = readonly string[]

/** The subjects that cross into a group, with the account that the group's stream is in; `*` for all cameras. */
const subjectsOf = (camera: string): readonly ['MATCHER' | 'AGENCY', string][] => [
  ['MATCHER', readSubject(EDGE_SOURCE, camera)],
  ['AGENCY', pictureSubject(`${EDGE_SOURCE}.${camera}.*.*`)],
]

/** The bridges by which a camera's reads and images enter a group. */
export const groupServices = (camera: string, group: number): Service[] =>
  subjectsOf(camera).map(([account, subject]) => ({
    ...service(account, agentSubject(subject, group)),
    as: subject,
  }))

/** What accounts export for all cameras of the agents, whichever agents enroll. */
export const groupExports = (count: number): Service[] =>
  Array.from({ length: count }, (_, n) => groupServices('*', n)).flat()

/**
 * The group of each camera. An agent keeps its group when others come and go.
 * @param before current groups of cameras
 */
export function groupsOf(
  agents: readonly AgentCameras[],
  count: number,
  before: ReadonlyMap<string, number>,
): Map<string, number> {
  const load = new Array<number>(count).fill(0)
  const groups = new Map<string, number>()
  const join = (cameras: AgentCameras, group: number) => {
    load[group]!++
    for (const camera of cameras) groups.set(camera, group)
  }
  const known = (cameras: AgentCameras) =>
    cameras.map((camera) => before.get(camera)).find((group) => group !== undefined && group < count)
  for (const agent of agents) {
    const group = known(agent)
    if (group !== undefined) join(agent, group)
  }
  for (const agent of agents) {
    if (known(agent) === undefined) join(agent, load.indexOf(Math.min(...load)))
  }
  return groups
}
