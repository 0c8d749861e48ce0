import { readFileSync, writeFileSync } from 'node:fs'

/** What a piece of work took of this process. */
export interface Cost {
  /** Of all its threads, milliseconds. */
  cpuMs: number
  /** How much more memory it had at most than before. */
  bytes: number
}

/** What a piece of work took of this process, milliseconds of CPU time: a busy machine does not make it more. */
export function cpuMsOf(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const kibibytes = (name: string) =>
  Number(new RegExp(`${name}:\\s*(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0)

/** Measures by the kernel's own count of the most memory there ever was, which is set back before. */
export async function costOf<T>(work: () => Promise<T>): Promise<Cost & { result: T }> {
  writeFileSync('/proc/self/clear_refs', '5')
  const before = kibibytes('VmRSS')
  const cpu = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { result, cpuMs: (user + system) / 1000, bytes: 1024 * (kibibytes('VmHWM') - before) }
}
