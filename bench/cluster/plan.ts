/** From what a read and an alert cost on three nodes to the machines for a rate that no one machine can have. Pure. */

/** What was measured, with three copies of everything. */
export interface Costs {
  /** Of all nodes together, to take a read and to hand it to a matcher, µs of CPU. */
  readonly brokerReadUs: number
  /** Of the node that leads the reads' stream alone, to take a read, µs of CPU. */
  readonly leaderReadUs: number
  readonly matcherReadUs: number
  /** What an alert costs besides its read, µs of CPU. */
  readonly brokerAlertUs: number
  readonly matcherAlertUs: number
  /** Written to the disks of all nodes together, bytes a read. */
  readonly diskBytes: number
  /** Sent by all nodes together, to each other and to clients, bytes a read. */
  readonly networkBytes: number
  /** Kept by one node, bytes a read. */
  readonly keptBytes: number
}

/** What was not measured. */
export interface Assumptions {
  /** Cores of a machine for a node, and what its disk and its network bear all the time, bytes/s. */
  readonly cores: number
  readonly diskBytes: number
  readonly networkBytes: number
  /** Share of a machine that is at work: the rest is for the loss of a node, and for catching up. */
  readonly busy: number
  /** CPU time of a node beside the measured: a network instead of the loopback, other processors. */
  readonly cpu: number
  /** Size of a read beside the measured. */
  readonly size: number
  /** What one stream takes, as a share of what a core of its leader would bear: syncs to disk are in the way. */
  readonly stream: number
  /** One in this many reads is an alert. */
  readonly readsAnAlert: number
}

interface Doubt {
  readonly what: string
  /** The plan's own value, and the least and the most that would not surprise. */
  readonly used: number
  readonly range: readonly [number, number]
}

export const DOUBTS: Readonly<Record<keyof Assumptions, Doubt>> = {
  cores: { what: 'cores of a machine', used: 16, range: [16, 16] },
  diskBytes: { what: 'what a disk bears all the time, bytes/s', used: 500e6, range: [200e6, 2e9] },
  networkBytes: { what: 'what a network card bears, bytes/s', used: 1.25e9, range: [1.25e9, 1.25e9] },
  busy: { what: 'share of a machine at work', used: 0.5, range: [0.4, 0.7] },
  cpu: { what: 'CPU time of a node over a network, beside the loopback', used: 1.5, range: [1, 2] },
  size: { what: 'size of a read, beside the measured', used: 1.25, range: [0.9, 2] },
  stream: {
    what: "reads/s that one stream takes, as a share of its leader's core: each sync to disk is in the way",
    used: 0.5,
    range: [0.05, 1],
  },
  readsAnAlert: { what: 'reads for each alert', used: 10_000, range: [1000, 1_000_000] },
}

export const ASSUMED = Object.fromEntries(
  Object.entries(DOUBTS).map(([name, { used }]) => [name, used]),
) as unknown as Assumptions

export interface Plan {
  /** Machines of the broker, and what decides their number. */
  readonly nodes: number
  readonly decidedBy: 'cores' | 'disk' | 'network' | 'copies'
  /** Cores at work in all of them together. */
  readonly brokerCores: number
  readonly partitions: number
  readonly matchers: number
  readonly matcherCores: number
  /** Of each node, bytes/s. */
  readonly nodeDiskBytes: number
  readonly nodeNetworkBytes: number
  /** Of each node, for an hour of reads, bytes. */
  readonly nodeKeptBytes: number
}

/** Three copies are on three machines. */
const COPIES = 3
/** A matcher is one thread; half of it stays free, as of everything. */
const LEAST_MATCHERS = 2

/** The same without rounding: what a doubt changes shows here even where one machine more or less does not. */
interface Load {
  readonly cores: number
  readonly disk: number
  readonly network: number
  readonly partitions: number
  readonly matcherCores: number
}

function loadOf(rate: number, costs: Costs, assumed: Assumptions): Load {
  const { cores, busy, cpu, size, readsAnAlert } = assumed
  const alerts = rate / readsAnAlert
  const brokerCores = ((rate * costs.brokerReadUs + alerts * costs.brokerAlertUs) * cpu) / 1e6
  return {
    cores: brokerCores / (cores * busy),
    disk: (rate * costs.diskBytes * size) / (assumed.diskBytes * busy),
    network: (rate * costs.networkBytes * size) / (assumed.networkBytes * busy),
    partitions: (rate * costs.leaderReadUs * cpu) / (1e6 * assumed.stream),
    matcherCores: (rate * costs.matcherReadUs + alerts * costs.matcherAlertUs) / 1e6,
  }
}

/** @param rate reads a second */
export function planFor(rate: number, costs: Costs, assumed: Assumptions = ASSUMED): Plan {
  const load = loadOf(rate, costs, assumed)
  const needs = { copies: COPIES, cores: load.cores, disk: load.disk, network: load.network }
  const most = Math.max(...Object.values(needs))
  const [decidedBy] = Object.entries(needs).find(([, need]) => need === most) as [Plan['decidedBy'], number]
  const nodes = Math.ceil(most)
  const matchers = Math.max(LEAST_MATCHERS, Math.ceil(load.matcherCores / assumed.busy))
  const size = assumed.size / nodes
  return {
    nodes,
    decidedBy,
    brokerCores: load.cores * assumed.cores * assumed.busy,
    // A power of two, so that matchers share them evenly; and one for each matcher at least.
    partitions: 2 ** Math.ceil(Math.log2(Math.max(1, load.partitions, matchers))),
    matchers,
    matcherCores: load.matcherCores,
    nodeDiskBytes: rate * costs.diskBytes * size,
    nodeNetworkBytes: rate * costs.networkBytes * size,
    nodeKeptBytes: rate * costs.keptBytes * COPIES * size * 3600,
  }
}

export interface Spread {
  readonly assumption: keyof Assumptions
  readonly what: string
  readonly range: readonly [number, number]
  /** What changes most over the range, and how many times. */
  readonly changes: keyof Load
  readonly times: number
}

/** What each assumption may change, the most doubtful first. */
export function spreadsOf(rate: number, costs: Costs): Spread[] {
  return (Object.entries(DOUBTS) as [keyof Assumptions, Doubt][])
    .map(([assumption, { what, range }]) => {
      const [low, high] = range.map((value) => loadOf(rate, costs, { ...ASSUMED, [assumption]: value }))
      const ratios = (Object.keys(low!) as (keyof Load)[]).map((part) => {
        const times = high![part] / low![part]
        return { changes: part, times: Math.max(times, 1 / times) }
      })
      const most = ratios.reduce((a, b) => (b.times > a.times ? b : a))
      return { assumption, what, range, ...most }
    })
    .sort((a, b) => b.times - a.times)
}
