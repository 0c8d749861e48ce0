import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that runs still, where nothing should. */
export interface Left {
  pid: number
  /** Its command line, shortened. */
  command: string
}

/**
 * The browser of a test process, and its files, are for all its test files (`console/support/chromium.ts`). It makes a folder
 * `pulse-…` as well, where PulseAudio has none, for the tone of an alert.
 */
const BROWSER = /^\S*\/chrom(e|ium)/
const BROWSER_FILES = /^playwright|chrom|^pulse-/i

/** How long a process may take to end after it was asked to. */
const ENDING_MS = 15_000

const textOf = (pid: number, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/**
 * Processes whose temporary folder is this one or lies in it, and processes below one: whoever is started inherits the folder,
 * and keeps it when its parent has ended.
 * @param parent those below this process too; it is none of them
 */
export function processesIn(folder: string, parent?: number): Left[] {
  // Other systems do not tell.
  if (!existsSync('/proc/self/environ')) return []
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const parents = new Map(
    pids.map((pid) => [Number(pid), Number(textOf(Number(pid), 'stat').split(') ').pop()?.split(' ')[1])]),
  )
  const isBelow = (pid: number): boolean => {
    const above = parents.get(pid)
    return above !== undefined && above > 1 && (above === parent || isBelow(above))
  }
  const isIn = (pid: number) =>
    `\0${textOf(pid, 'environ')}`.match(/\0TMPDIR=([^\0]*)/)?.[1]?.startsWith(folder)
  return (
    [...parents.keys()]
      .filter((pid) => pid !== process.pid && pid !== parent && (isIn(pid) || isBelow(pid)))
      .map((pid) => ({ pid, command: textOf(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 200) }))
      // One that has ended and has not been waited for has no command line.
      .filter(({ command }) => command !== '')
  )
}

/** What is left behind, a line for each. */
export interface Leftovers {
  processes: string[]
  files: string[]
}

/**
 * What is left behind in a temporary folder, once what ends has had time to end. It is ended and removed.
 * @param withBrowser whether the browser should have gone, too
 */
export async function clearLeftovers(folder: string, withBrowser: boolean): Promise<Leftovers> {
  const running = () =>
    processesIn(folder, withBrowser ? undefined : process.pid).filter(
      ({ command }) => withBrowser || !BROWSER.test(command),
    )
  const until = performance.now() + ENDING_MS
  while (running().length > 0 && performance.now() < until) await sleep(20)
  const left = running()
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended just now.
    }
  }
  const files = readdirSync(folder).filter((name) => withBrowser || !BROWSER_FILES.test(name))
  for (const name of files) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 })
  return {
    processes: left.map(({ pid, command }) => `process ${pid} runs still: ${command}`),
    files: files.map((name) => `${join(folder, name)} has not been removed`),
  }
}
