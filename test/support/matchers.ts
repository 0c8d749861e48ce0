import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '@sightline/runtime/root'
import type { TestBroker } from './broker.ts'

export interface MatcherProcess {
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Sends it a signal, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void
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
  const program = join(root, 'cli/dist/main.js')
  const at = ['--broker', broker.url, '--keys', broker.keys]
  const child = spawn(
    process.execPath,
    [program, 'matcher', 'run', ...at, '--name', name, '--json', ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  running.add(child)
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-4000)
  })
  // One that ends by itself explains what the test then finds.
  child.once('exit', (status) => {
    if (running.has(child)) process.stderr.write(`the matcher ${name} ended with status ${status}: ${said}\n`)
  })
  const line = once(createInterface({ input: child.stdout! }), 'line')
  const ended = once(child, 'exit').then(([status]) => {
    throw new Error(`the matcher ${name} ended with status ${status} before it was ready`)
  })
  await Promise.race([line, ended])
  ended.catch(() => {})
  const end = async (signal: NodeJS.Signals) => {
    const exited = once(child, 'exit')
    running.delete(child)
    child.kill(signal)
    await exited
  }
  return {
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    signal: (signal) => void child.kill(signal),
  }
}

export function endMatchers(): void {
  const children = [...running]
  running.clear()
  for (const child of children) child.kill('SIGKILL')
}
