import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from '@sightline/runtime/log'
import { adminUser } from '@sightline/schemas/accounts'
import { SightlineError } from '@sightline/schemas/errors'
import { connectBroker } from './connect.ts'
import { findServer } from './find-server.ts'
import { freePort } from './free-port.ts'
import { ensureKeys } from './keys.ts'
import { endLeftover } from './owner.ts'
import { serverConfig } from './server-config.ts'

const BARE = 'bare'
const CONFIG = 'nats-server.json'
const PID = 'nats-server.pid'
/**
 * A server keeps what it stored in the last ten seconds at hand, and gives it up only when its collector asks: a restore of 800 MB took
 * 1.3 GiB. Go reads this variable; an existing setting wins.
 */
const COLLECTOR = { GOMEMLIMIT: '256MiB' }

/**
 * Runs a nats-server on the store `folder/jetstream`, without any stream of its own and for the administrator alone, with a key that
 * is gone afterwards. Nobody else can reach it. When it ends, all that it wrote is on disk.
 * @throws BROKER_MISSING, BROKER_FAILED, and what `use` throws
 */
export async function withBareServer<T>(
  folder: string,
  log: Logger,
  use: (connection: NatsConnection) => Promise<T>,
): Promise<T> {
  const { path } = await findServer()
  const own = join(folder, BARE)
  await mkdir(own, { recursive: true, mode: 0o700 })
  const users = [adminUser()]
  const publicKeys = await ensureKeys(own, ['admin'])
  const port = await freePort()
  const storeDir = join(folder, 'jetstream')
  const config = join(own, CONFIG)
  const text = serverConfig({ host: '127.0.0.1', port, storeDir, users, publicKeys })
  await writeFile(config, text, { mode: 0o600 })
  const logFile = join(own, 'nats-server.log')
  const child = spawn(path, ['-c', config, '-P', join(own, PID), '-l', logFile], {
    stdio: 'ignore',
    env: { ...COLLECTOR, ...process.env },
  })
  const exited = once(child, 'exit')
  const endWithUs = () => void child.kill('SIGTERM')
  process.once('exit', endWithUs)
  try {
    const ended = exited.then(() => {
      throw new SightlineError('BROKER_FAILED', 'nats-server ended too early', { hint: `See ${logFile}.` })
    })
    ended.catch(() => {})
    const address = { servers: `nats://127.0.0.1:${port}`, keys: own, user: 'admin' }
    const connection = await Promise.race([connectBroker(address, log), ended])
    const result = await Promise.race([use(connection), ended]).finally(() => connection.close())
    child.kill('SIGTERM')
    await exited
    await rm(own, { recursive: true })
    await syncAll(folder)
    return result
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await exited
    }
    process.off('exit', endWithUs)
  }
}

/** Ends a bare server that a killed process left behind on a folder: it would write among what comes next. @throws BROKER_FAILED */
export const endBareServer = (folder: string, log: Logger): Promise<void> =>
  endLeftover(join(folder, BARE, PID), join(folder, BARE, CONFIG), log)

/** Has everything in a folder written to disk. */
export async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() && !entry.isDirectory()) continue
    await syncFile(join(entry.parentPath, entry.name))
  }
}

/** Has a file or the names in a folder written to disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  await file.sync().finally(() => file.close())
}
