import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '@sightline/runtime/root'

/** Compiled before the tests (test/support/compile.ts): the only form that Node 20 can start and we can kill. */
const program = join(root, 'cli/dist/main.js')

export interface Program {
  child: ChildProcess
  /** Everything printed on standard output so far, parsed. */
  lines: Record<string, unknown>[]
  /** The first line on standard output. Rejects when the program ends without one. */
  ready: Promise<Record<string, unknown>>
  /** Comes back once the log has had so many lines that contain a text; rejects when the program ends before. */
  logged(text: string, times: number): Promise<void>
  /** The exit status, or the signal. */
  ended: Promise<number | NodeJS.Signals>
}

/** Starts `sightline ARGS…` as a process of its own. */
export function startProgram(args: string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, SIGHTLINE_LOG: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(([status, signal]) => signal ?? status)
  const lines: Record<string, unknown>[] = []
  const output = createInterface({ input: child.stdout! })
  const ready = new Promise<Record<string, unknown>>((first, none) => {
    output.on('line', (line) => {
      lines.push(JSON.parse(line))
      first(lines[0]!)
    })
    output.on('close', () => none(new Error('the program ended without a line')))
  })
  ready.catch(() => {})
  const log = createInterface({ input: child.stderr! })
  const logged = (text: string, times: number) =>
    new Promise<void>((seen, never) => {
      let count = 0
      log.on('line', (line) => {
        if (line.includes(text) && ++count === times) seen()
      })
      log.on('close', () => never(new Error(`the program ended before its log said: ${text}`)))
    })
  return { child, lines, ready, logged, ended }
}
