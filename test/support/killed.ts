import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '@sightline/runtime/root'

/** When to kill a program. */
export interface Kill {
  /**
   * Whether it has come so far, asked from its "ready" line on: by its progress and not by the clock, so that a busy
   * machine does not make all moments the same. Without it, the time counts from the start.
   */
  readonly reached?: () => Promise<boolean>
  /** So long after that. */
  readonly afterMs: number
}

/** How long a program may take to come so far. */
const PROGRESS_MS = 20_000

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** Its standard error. */
  readonly said: string
}

/** Runs the compiled program until it ends, or kills it (SIGKILL) if it has not ended before. */
export async function runProgram(args: readonly string[], kill?: Kill): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'cli/dist/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SIGHTLINE_LOG: 'error' },
  })
  const said = text(child.stderr)
  const exited = once(child, 'exit')
  child.stdout.resume()
  if (kill) {
    const { reached, afterMs } = kill
    if (reached) {
      await Promise.race([once(child.stdout, 'data'), exited])
      const enough = Date.now() + PROGRESS_MS
      while (child.exitCode === null && Date.now() < enough && !(await reached())) await sleep(10)
    }
    await Promise.race([sleep(afterMs), exited])
    child.kill('SIGKILL')
  }
  const [status, signal] = await exited
  return { status, signal, said: await said }
}
