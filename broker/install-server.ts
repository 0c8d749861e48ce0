import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SightlineError } from '../schemas/errors.ts'
import { type FoundServer, findServer, toolsFolder } from './find-server.ts'

const run = promisify(execFile)

/**
 * Finds a nats-server, or fetches one.
 * @param say tells the person what is being done
 * @throws BROKER_MISSING when there is none and it cannot be fetched
 */
export async function ensureServer(say: (line: string) => void): Promise<FoundServer> {
  try {
    return await findServer()
  } catch (missing) {
    if (process.env.SIGHTLINE_NATS_SERVER) throw missing
  }
  say("no nats-server on this machine: fetching Debian's package with apt-get …")
  say(`nats-server is in ${await fetchServer(say)}`)
  return findServer()
}

/**
 * Fetches Debian's package and takes the program out of it into the user's cache. The package is not
 * installed: that would start a second, open broker on this machine as a service.
 * @returns where the program is
 * @throws BROKER_MISSING
 */
export async function fetchServer(say: (line: string) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-nats-'))
  try {
    await download(folder, say)
    const [archive] = (await readdir(folder)).filter((name) => name.endsWith('.deb'))
    if (!archive) throw new Error('apt-get fetched nothing')
    await run('dpkg-deb', ['-x', join(folder, archive), folder])
    await mkdir(toolsFolder(), { recursive: true })
    const target = join(toolsFolder(), 'nats-server')
    await copyFile(join(folder, 'usr/sbin/nats-server'), target)
    await chmod(target, 0o755)
    return target
  } catch (cause) {
    throw new SightlineError(
      'BROKER_MISSING',
      'no nats-server on this machine, and apt-get cannot fetch it',
      {
        cause,
        hint: 'Run "sudo apt-get update && sudo apt-get install nats-server", or put an official release of nats-server on the PATH.',
      },
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Downloads the package; where apt has no lists yet (a new machine), updates them first. */
async function download(folder: string, say: (line: string) => void): Promise<void> {
  const get = () => run('apt-get', ['download', '-qq', 'nats-server'], { cwd: folder })
  try {
    await get()
  } catch {
    say('apt-get has no package lists yet: updating them …')
    const asRoot = process.getuid?.() === 0
    await run(asRoot ? 'apt-get' : 'sudo', asRoot ? ['update', '-qq'] : ['-n', 'apt-get', 'update', '-qq'])
    await get()
  }
}
