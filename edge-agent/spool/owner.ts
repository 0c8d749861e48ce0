import { readFileSync } from 'node:fs'
import { readlink, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * Claims the spool's folder for this process; two agents on one folder would send everything twice. A process that ended
 * without releasing the folder no longer has it, even if another process now has its number. The mark is a symbolic link that
 * points nowhere: only one of two processes can create it, and it needs no disk block, so an agent also starts on a full
 * disk.
 * @returns a function that releases the folder
 * @throws SPOOL_IN_USE
 */
export async function own(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'owner')
  const me = identity(process.pid) ?? String(process.pid)
  const owner = await readlink(path).catch(() => '')
  const pid = Number(owner.split(' ')[0])
  if (pid && owner === identity(pid)) throw inUse(folder, pid)
  await rm(path, { force: true })
  await symlink(me, path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? inUse(folder, 'of another agent') : error
  })
  return () => rm(path, { force: true })
}

const inUse = (folder: string, process: number | string) =>
  new SightlineError('SPOOL_IN_USE', `process ${process} already uses the spool ${folder}`, {
    hint: 'Stop the other agent, or give this one a folder of its own.',
  })

/** Identifies a process by its number, the boot, and the tick at which it was started; null if there is none. */
function identity(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name is in brackets and may contain blanks; the start is the 20th field after it.
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${pid} ${started} ${boot}`
  } catch {
    return null
  }
}
