import { chmod, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What a disk holds after a power cut that keeps nothing but what the program had synced. Killing a program models no power cut:
 * the kernel still has all that was written. So strace notes what a server writes and syncs, and of a copy of its folder every
 * byte is taken away that no sync covers. A real disk may keep more than that, and in any order.
 *
 * Not modelled: bytes written over in place (they stay), renames and removals (they count as done, as ext4 does after a sync of
 * the file), a disk that lies about its syncs.
 */

/** A program that runs another one under strace, in its place. @returns its path */
export async function tracedServer(folder: string, server: string): Promise<{ path: string; trace: string }> {
  const [path, trace] = [join(folder, 'traced'), join(folder, 'trace')]
  const what = 'trace=write,pwrite64,writev,fsync,fdatasync,ftruncate,openat,rename,renameat,renameat2'
  const strace = `strace -D -f -y -s 0 -qq -e ${what} -e signal=none -o ${trace}`
  const isAsked = `case "$1" in --version) exec ${server} "$@";; esac`
  await writeFile(path, `#!/bin/sh\n${isAsked}\nexec ${strace} ${server} "$@"\n`)
  await chmod(path, 0o755)
  return { path, trace }
}

const CALL = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()/
const FILE = /^(?:\d+) +\w+\(\d+<([^>]+)>/
const SYNCS = ['fsync', 'fdatasync']
const WRITES = ['write', 'pwrite64', 'writev']

/** Bytes of each file that a sync covers. */
export interface Synced {
  /** Names of files that the server has written, with the length that is safe. */
  readonly lengths: ReadonlyMap<string, number>
}

/**
 * @param before sizes of files that are safe from the beginning
 * @param after how long each file was when the server died: files grow at their end, so what was written after the last sync is there
 */
export function syncedBytes(
  trace: string,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Map<string, number> {
  /** Bytes written to a file since its last sync began, and since the sync before it. */
  const unsynced = new Map<string, number>()
  /** What a thread does that has not come back from it. */
  const open = new Map<string, { call: string; file: string; pending: number }>()
  const touched = new Set<string>()
  const done = (call: string, file: string, result: number, pending: number) => {
    // Killed during the write: nobody got an answer for it.
    if (!(result >= 0)) return
    touched.add(file)
    if (SYNCS.includes(call)) unsynced.set(file, Math.max(0, (unsynced.get(file) ?? 0) - pending))
    else if (WRITES.includes(call)) unsynced.set(file, (unsynced.get(file) ?? 0) + result)
  }
  for (const line of trace.split('\n')) {
    const found = CALL.exec(line)
    if (!found) continue
    const [, thread = '', resumed, started] = found
    const result = Number(/= (-?\d+)/.exec(line.slice(line.lastIndexOf(')')))?.[1] ?? Number.NaN)
    if (resumed) {
      const begun = open.get(thread)
      open.delete(thread)
      if (begun?.call === resumed) done(begun.call, begun.file, result, begun.pending)
      continue
    }
    const file = FILE.exec(line)?.[1]
    if (!file || !started) continue
    // A sync covers what was written before it began.
    const pending = unsynced.get(file) ?? 0
    if (line.includes('<unfinished ...>')) open.set(thread, { call: started, file, pending })
    else done(started, file, result, pending)
  }
  const lengths = new Map<string, number>()
  for (const file of touched) {
    const size = after.get(file)
    if (size === undefined) continue
    lengths.set(file, Math.max(before.get(file) ?? 0, size - (unsynced.get(file) ?? 0)))
  }
  return lengths
}

/** Sizes of all files under a folder, by their whole names. */
export async function sizesOf(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    sizes.set(path, (await stat(path)).size)
  }
  return sizes
}

/**
 * Makes of the folder of a server that was killed what a power cut would have left of it.
 * @returns how many bytes are gone
 */
export async function cutPower(
  folder: string,
  image: string,
  trace: string,
  before: ReadonlyMap<string, number>,
): Promise<number> {
  const after = await sizesOf(folder)
  const safe = syncedBytes(await readFile(trace, 'utf8'), before, after)
  await rm(image, { recursive: true, force: true })
  await mkdir(image, { recursive: true })
  await cp(folder, image, { recursive: true })
  let gone = 0
  for (const [file, size] of after) {
    const keeps = safe.get(file) ?? size
    if (keeps >= size) continue
    gone += size - keeps
    await truncate(join(image, file.slice(folder.length)), keeps)
  }
  return gone
}
