import { readFileSync } from 'node:fs'

/** Resources used by a process and its descendants, from /proc. */
export interface Usage {
  /** CPU-seconds of the program itself. */
  agentS: number
  /** CPU-seconds of its children (ffmpeg and ffprobe), including those that have ended. */
  decoderS: number
  /** Resident memory of all of them; shared memory counts once for each. */
  rssMb: number
}

/** Linux counts CPU time in hundredths of a second for /proc, whatever the kernel's own tick. */
const TICKS = 100
const NOTHING: Usage = { agentS: 0, decoderS: 0, rssMb: 0 }

/** @returns zeros for a process that has ended */
export function usageOf(pid: number): Usage {
  try {
    // The name, which may contain spaces, is in parentheses; the state is the first field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    const seconds = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) / TICKS
    const rssKb = Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    const own: Usage = { agentS: seconds(11), decoderS: seconds(13), rssMb: rssKb / 1024 }
    return childrenOf(pid)
      .map(usageOf)
      .reduce(
        (sum, child) => ({
          agentS: sum.agentS,
          decoderS: sum.decoderS + child.agentS + child.decoderS,
          rssMb: sum.rssMb + child.rssMb,
        }),
        own,
      )
  } catch {
    return NOTHING
  }
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

/** Resident memory of a process and its descendants, MB; what n processes share counts as one nth for each. 0 when it has ended. */
export function pssMbOf(pid: number): number {
  try {
    const kb = Number(/^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    return childrenOf(pid).reduce((sum, child) => sum + pssMbOf(child), kb / 1024)
  } catch {
    return 0
  }
}
