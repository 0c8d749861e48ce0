import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'

/** File in a folder with the process that runs a broker there. */
export const OWNER = 'owner.pid'

/**
 * Claims the folder for this process; a running process keeps its claim. After a restart of the machine another process may
 * have the number of the owner, which nobody must be told to stop: so the claim has the owner's start, too.
 * @throws BROKER_FOLDER_IN_USE
 */
export async function own(dataDir: string): Promise<void> {
  const path = join(dataDir, OWNER)
  const [number, start] = (await readFile(path, 'utf8').catch(() => '')).split(' ')
  const owner = Number(number)
  if (owner && owner !== process.pid && (start === undefined ? isAlive(owner) : start === startOf(owner))) {
    throw new SightlineError('BROKER_FOLDER_IN_USE', `process ${owner} already runs a broker in ${dataDir}`, {
      hint: 'Stop it, or choose another folder with --data.',
    })
  }
  const began = startOf(process.pid)
  await writeFile(path, began === undefined ? String(process.pid) : `${process.pid} ${began}`)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** When a process began, in ticks since the machine did; undefined when there is none. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may have spaces; the start is the 22nd field, the state after the name the third.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/** Ends a server that a killed supervisor left running on the same folder: two servers would destroy the store. */
export async function endLeftover(pidPath: string, configPath: string, log: Logger): Promise<void> {
  const pid = Number(await readFile(pidPath, 'utf8').catch(() => ''))
  if (!pid) return
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  if (!commandLine.includes(configPath)) return
  log.warn({ pid }, 'stopping a broker left over from an earlier run')
  process.kill(pid, 'SIGTERM')
  for (let tries = 0; tries < 100; tries++) {
    if ((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) === '') return
    await new Promise((wake) => setTimeout(wake, 100))
  }
  throw new SightlineError(
    'BROKER_FAILED',
    `a broker left over from an earlier run (process ${pid}) does not stop`,
    {
      hint: `Stop it: kill -9 ${pid}`,
    },
  )
}
