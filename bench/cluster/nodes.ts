import { readFileSync } from 'node:fs'
import type { LocalCluster } from '@sightline/broker/local-cluster'
import { usageOf } from '../edge/processes.ts'

/** What a node of the broker has used so far. */
export interface NodeUse {
  /** CPU-seconds, from /proc. */
  readonly cpuS: number
  /** Written to its disk, from /proc; metadata of the file system are not in it. */
  readonly diskBytes: number
  /** Sent to other nodes and to clients, as the server counts them. */
  readonly networkBytes: number
}

export type Use = readonly NodeUse[]

export async function useOf({ monitors, pid }: LocalCluster): Promise<Use> {
  return await Promise.all(
    monitors.map(async (url, node) => ({
      cpuS: usageOf(pid(node)).agentS,
      diskBytes: writtenBy(pid(node)),
      networkBytes: await sentBy(url),
    })),
  )
}

/** What was used between two looks. */
export const between = (before: Use, after: Use): Use =>
  after.map((use, node) => ({
    cpuS: use.cpuS - before[node]!.cpuS,
    diskBytes: use.diskBytes - before[node]!.diskBytes,
    networkBytes: use.networkBytes - before[node]!.networkBytes,
  }))

/** All nodes together. */
export const total = (use: Use): NodeUse =>
  use.reduce((sum, one) => ({
    cpuS: sum.cpuS + one.cpuS,
    diskBytes: sum.diskBytes + one.diskBytes,
    networkBytes: sum.networkBytes + one.networkBytes,
  }))

/** Bytes that a process gave to disks. */
function writtenBy(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0)
}

async function sentBy(monitor: string): Promise<number> {
  const get = async (path: string) => (await (await fetch(`${monitor}${path}`)).json()) as object
  const [clients, routes] = await Promise.all([get('/connz?limit=1000'), get('/routez')])
  const { connections = [] } = clients as { connections?: { out_bytes: number }[] }
  const { routes: others = [] } = routes as { routes?: { out_bytes: number }[] }
  return [...connections, ...others].reduce((sum, { out_bytes }) => sum + out_bytes, 0)
}
