import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../runtime/root.ts'
import type { TestBroker } from './broker.ts'

export interface MatcherProcess {
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Ends it in order. */
  stop(): Promise<void>
}

/** Matchers as processes of their own, started as installed. All are ended by `endMatchers`. */
const running = new Set<ChildProcess>()

/** Starts one and comes back when it is ready. */
export async function spawnMatcher(
  broker: Pick<TestBroker, 'url' | 'keys'>,
  name: string,
  args: readonly string[] = [],
): Promise<MatcherProcess> {
  const program = join(root, 'dist/cli/main.js')
  const at = ['--broker', broker.url, '--keys', broker.keys]
  const child = spawn(
    process.execPath,
    [program, 'matcher', 'run', ...at, '--name', name, '--json', ...args],
    {
      stdio: ['ignore', 'pipe', process.env.SIGHTLINE_LOG ? 'inherit' : 'ignore'],
    },
  )
  running.add(child)
  const line = once(createInterface({ input: child.stdout! }), 'line')
  const ended = once(child, 'exit').then(([status]) => {
    throw new Error(`the matcher ${name} ended with status ${status} before it was ready`)
  })
  await Promise.race([line, ended])
  ended.catch(() => {})
  const end = async (signal: NodeJS.Signals) => {
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    running.delete(child)
  }
  return { kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

export function endMatchers(): void {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
}
