import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SightlineError } from '../schemas/errors.ts'

const run = promisify(execFile)

/** Oldest nats-server that will do: Debian 12's. */
export const OLDEST_SERVER = [2, 9, 10] as const

/** Where `broker/install-server.ts` puts a server of its own. */
export const toolsFolder = () =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sightline', 'bin')

export interface FoundServer {
  path: string
  version: string
}

/**
 * The nats-server to use: SIGHTLINE_NATS_SERVER if set, else the one on the PATH, else the one that an
 * earlier run installed.
 * @throws BROKER_MISSING when there is none, or only one that is too old
 */
export async function findServer(): Promise<FoundServer> {
  const configured = process.env.SIGHTLINE_NATS_SERVER
  // Debian installs into /usr/sbin, which is not on everybody's PATH.
  const usual = ['nats-server', '/usr/sbin/nats-server', join(toolsFolder(), 'nats-server')]
  const candidates = configured ? [configured] : usual
  let tooOld: string | undefined
  for (const path of candidates) {
    const version = await versionOf(path)
    if (version === undefined) continue
    if (isAtLeast(version, OLDEST_SERVER)) return { path, version }
    tooOld = `${path} is version ${version}`
  }
  throw new SightlineError(
    'BROKER_MISSING',
    tooOld ? `nats-server is too old: ${tooOld}` : 'no nats-server on this machine',
    {
      hint: `Install nats-server ${OLDEST_SERVER.join('.')} or newer on the PATH (an official release, or apt-get install nats-server), or name it in SIGHTLINE_NATS_SERVER.`,
    },
  )
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ['--version'])
    return /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}

/** Whether `version` (e.g. `2.12.1`) is not older than `wanted`. */
export function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [place, want] of wanted.entries()) {
    const have = parts[place] ?? 0
    if (have !== want) return have > want
  }
  return true
}
