import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SightlineError } from '@sightline/schemas/errors'

/** Stores messages that could not be parsed, each with its reason, for a person to examine. */
export interface Aside {
  /** @param at milliseconds since 1970 @throws the file system's errors */
  put(message: { contentType: string; body: Uint8Array }, error: SightlineError, at: number): Promise<void>
}

/** Maximum number kept per camera, and their bytes: the newest. */
const KEPT = 50
const KEPT_BYTES = 64 * 1024 * 1024

/** @param folder used only for one camera */
export function openAside(folder: string): Aside {
  let serial = 0
  return {
    async put({ contentType, body }, { code, message, hint }, at) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const stamp = new Date(at).toISOString().replace(/[-:]/g, '')
      const name = `${stamp}-${process.pid}-${String(serial++).padStart(4, '0')}`
      const reason = JSON.stringify({ code, message, hint, contentType: contentType.slice(0, 300) }, null, 2)
      // They contain plates: only the agent's owner may read them.
      const [unfinished, beside] = [join(folder, `.${name}`), join(folder, `${name}.json`)]
      try {
        await writeFile(unfinished, body, { mode: 0o600 })
        await writeFile(beside, `${reason}\n`, { mode: 0o600 })
        await rename(unfinished, join(folder, name))
      } catch (error) {
        // The plate reader sends it again: leftovers from each attempt would fill an almost full disk.
        await Promise.allSettled([unfinished, beside].map((path) => rm(path, { force: true })))
        throw error
      }
      await makeRoom(folder)
    },
  }
}

async function makeRoom(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^\d/.test(name) && !name.endsWith('.json')).sort()
  let bytes = 0
  for (const [n, name] of names.reverse().entries()) {
    bytes += await stat(join(folder, name)).then(({ size }) => size)
    if (n === 0 || (n < KEPT && bytes <= KEPT_BYTES)) continue
    for (const file of [name, `${name}.json`]) await rm(join(folder, file), { force: true })
  }
}
