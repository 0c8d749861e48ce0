import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { SightlineError } from '@sightline/schemas/errors'
import { root } from './root.ts'

export interface ServiceOptions {
  /** Its name in messages and log files. */
  name: string
  /** Arguments after `./sightline`. */
  args: readonly string[]
  /** Main module of another version of the program; this one without it. */
  program?: string
  /** Folder of `<name>.log`. */
  logs: string
  /** Environment besides that of this process. */
  env?: Readonly<Record<string, string>>
  /** Called when the service ended by itself and is restarted. */
  onRestart(name: string): void
}

export interface Service {
  name: string
  /** The service's ready message: its line of `--json` output. */
  ready: Record<string, unknown>
  /** Id of the current process; changes with a restart. */
  pid(): number
  stop(): Promise<void>
}

const PROGRAM = join(root, 'cli/dist/main.js')
const READY_WITHIN_MS = 60_000
const RESTART_AFTER_MS = 500

/**
 * Runs a subcommand of this program as a child process, and restarts it when it ends by itself.
 * @throws BROKER_FAILED … the error that the service reported, if it never became ready
 */
export async function supervise({
  name,
  args,
  program = PROGRAM,
  logs,
  env,
  onRestart,
}: ServiceOptions): Promise<Service> {
  const logPath = join(logs, `${name}.log`)
  const log = createWriteStream(logPath, { flags: 'a' })
  let child: ChildProcess
  let stopping = false

  function start(): { child: ChildProcess; ready: Promise<Record<string, unknown>> } {
    // A separate process group, so that Ctrl-C reaches only the demo; the channel tells the child when we are gone.
    const started = spawn(process.execPath, [program, ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env: { ...process.env, ...env },
    })
    started.stderr?.pipe(log, { end: false })
    return { child: started, ready: firstLine(started, name, logPath) }
  }

  async function keepRunning(): Promise<void> {
    while (!stopping) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (stopping) return
      onRestart(name)
      await sleep(RESTART_AFTER_MS)
      if (stopping) return
      const again = start()
      child = again.child
      again.ready.catch(() => {})
    }
  }

  const first = start()
  child = first.child
  const ready = await first.ready.catch((error) => {
    child.kill('SIGKILL')
    throw error
  })
  const running = keepRunning()
  return {
    name,
    ready,
    pid: () => child.pid ?? 0,
    async stop() {
      stopping = true
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 12_000)
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      clearTimeout(timer)
      await running
      log.end()
    },
  }
}

/** The first line of JSON that a service prints; throws its error if it printed one. */
async function firstLine(
  child: ChildProcess,
  name: string,
  logPath: string,
): Promise<Record<string, unknown>> {
  const trouble = (what: string, code: SightlineError['code'] = 'INTERNAL') =>
    new SightlineError(code, `${name} ${what}`, { hint: `See its log, ${logPath}.` })
  const { stdout } = child
  if (!stdout) throw trouble('has no output')
  const lines = createInterface({ input: stdout })
  const line = once(lines, 'line').then(([text]) => String(text))
  const exit = once(child, 'exit').then(([status]) => {
    throw trouble(`ended with status ${status} before it was ready`)
  })
  const late = sleep(READY_WITHIN_MS, undefined, { ref: false }).then(() => {
    throw trouble(`was not ready after ${READY_WITHIN_MS / 1000} s`)
  })
  const message = JSON.parse(await Promise.race([line, exit, late])) as Record<string, unknown>
  if (message.type !== 'error') return message
  throw new SightlineError(message.code as SightlineError['code'], `${name}: ${message.message}`, {
    hint: `${message.hint ?? ''} See its log, ${logPath}.`.trim(),
  })
}
