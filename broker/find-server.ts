import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SightlineError } from '@sightline/schemas/errors'
import { OLDEST_SERVERS, refusalOf } from './server-version.ts'

const run = promisify(execFile)

/** Folder in which `broker/install-server.ts` installs its own server. */
export const toolsFolder = () =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sightline', 'bin')

export interface FoundServer {
  path: string
  version: string
}

/**
 * The nats-server to use: SIGHTLINE_NATS_SERVER if set, else the first recent enough of the one on the PATH, the one in
 * /usr/sbin and the one from an earlier download.
 * @param refused is called for each that is skipped
 * @throws BROKER_MISSING when there is no usable one
 */
export async function findServer(refused: (line: string) => void = () => {}): Promise<FoundServer> {
  const configured = process.env.SIGHTLINE_NATS_SERVER
  // Debian installs into /usr/sbin, which is not on everybody's PATH.
  const usual = ['nats-server', '/usr/sbin/nats-server', join(toolsFolder(), 'nats-server')]
  const reasons: string[] = []
  for (const path of configured ? [configured] : usual) {
    const version = await versionOf(path)
    if (version === undefined) continue
    const reason = refusalOf(version)
    if (!reason) return { path, version }
    reasons.push(`${path} is version ${version}: ${reason}`)
    refused(reasons.at(-1)!)
  }
  const none = configured
    ? `SIGHTLINE_NATS_SERVER names ${configured}, which cannot be run`
    : 'this machine has no nats-server'
  throw new SightlineError(
    'BROKER_MISSING',
    reasons.length > 0 ? `no usable nats-server: ${reasons.join('; ')}` : none,
    { hint: WHAT_WILL_DO },
  )
}

/** What a person can do about it. */
export const WHAT_WILL_DO = `Put an official release of nats-server on the PATH or name it in SIGHTLINE_NATS_SERVER: ${OLDEST_SERVERS.join(' or ')}, or newer.`

/** The version that a program reports; undefined when it does not exist or cannot be run. */
export async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 30_000 })
    return /v?(\d+\.\d+\.\d+[^\s]*)/.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}
