import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { temporaryFolder } from '../broker.ts'

export interface ClickHouseServer {
  /** Its address, with user and password. */
  readonly url: string
  /** Ends the process as a power cut would. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the stand-in (server.mjs: ClickHouse's HTTP interface before the real engine) as a process of its own, on
 * data that are removed with it.
 * @param args more options of server.mjs
 */
export async function startClickHouse(args: readonly string[] = []): Promise<ClickHouseServer> {
  const folder = await temporaryFolder()
  const script = new URL('server.mjs', import.meta.url).pathname
  const options = ['--data', folder.path, '--user', 'sim', '--password', 'secret', ...args]
  // The channel of messages ends with this process, and the stand-in with the channel.
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  const line = await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), exited])
  if (child.exitCode !== null) throw new Error('the stand-in for ClickHouse ended without an address')
  return {
    url: JSON.parse(String(line[0])).url,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM')
      await folder.remove()
    },
  }
}

/** More options: the node as a cluster named `one`, and as both shards of one named `two` (cluster.xml). */
export const oneNode = [
  '--single-node',
  '--config',
  new URL('cluster.xml', import.meta.url).pathname,
] as const
