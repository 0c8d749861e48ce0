import { type Service, service } from './bridges.ts'
import { EDGE_SOURCE } from './read.ts'
import { agentSubject, pictureSubject, readSubject } from './subjects.ts'

/**
 * Edge agents share the broker in parts: messages from an agent's cameras are stored under a subject with the number of
 * its share, in streams of that share (schemas/streams.ts). So an agent that sends too much fills and delays only its
 * own share. The agents do not know about shares: the bridge from their account renames their messages. With more
 * agents than shares, an agent gets the share with the fewest agents.
 */

/** An agent: its cameras. */
export type Sharer = readonly string[]

/** What crosses into a share, for each account that it lies in: `*` for all cameras. */
const subjectsOf = (camera: string): readonly ['MATCHER' | 'AGENCY', string][] => [
  ['MATCHER', readSubject(EDGE_SOURCE, camera)],
  ['AGENCY', pictureSubject(`${EDGE_SOURCE}.${camera}.*.*`)],
]

/** The bridges by which a camera's reads and images enter a share. */
export const shareServices = (camera: string, share: number): Service[] =>
  subjectsOf(camera).map(([account, subject]) => ({
    ...service(account, agentSubject(subject, share)),
    as: subject,
  }))

/** What accounts export for all cameras of the agents, whoever enrolls. */
export const shareExports = (count: number): Service[] =>
  Array.from({ length: count }, (_, n) => shareServices('*', n)).flat()

/**
 * The share of each camera. An agent keeps its share, whoever else comes and goes.
 * @param before current shares of cameras
 */
export function sharesOf(
  agents: readonly Sharer[],
  count: number,
  before: ReadonlyMap<string, number>,
): Map<string, number> {
  const load = new Array<number>(count).fill(0)
  const shares = new Map<string, number>()
  const take = (cameras: Sharer, share: number) => {
    load[share]!++
    for (const camera of cameras) shares.set(camera, share)
  }
  const known = (cameras: Sharer) =>
    cameras.map((camera) => before.get(camera)).find((share) => share !== undefined && share < count)
  for (const agent of agents) {
    const share = known(agent)
    if (share !== undefined) take(agent, share)
  }
  for (const agent of agents) {
    if (known(agent) === undefined) take(agent, load.indexOf(Math.min(...load)))
  }
  return shares
}
