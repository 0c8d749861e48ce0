import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SightlineError } from '@sightline/schemas/errors'

/** Keeps messages that could not be read, each with its reason, where a person can look at them. */
export interface Aside {
  /** @param at milliseconds since 1970 @throws what the file system says */
  put(message: { contentType: string; body: Uint8Array }, error: SightlineError, at: number): Promise<void>
}

/** So many are kept of a camera, and bytes of them: the newest. */
const KEPT = 50
const KEPT_BYTES = 64 * 1024 * 1024

/** @param folder for one camera alone */
export function openAside(folder: string): Aside {
  let serial = 0
  return {
    async put({ contentType, body }, { code, message, hint }, at) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const stamp = new Date(at).toISOString().replace(/[-:]/g, '')
      const name = `${stamp}-${process.pid}-${String(serial++).padStart(4, '0')}`
      const reason = JSON.stringify({ code, message, hint, contentType: contentType.slice(0, 300) }, null, 2)
      // They hold plates: for the owner of the agent alone.
      const [unfinished, beside] = [join(folder, `.${name}`), join(folder, `${name}.json`)]
      try {
        await writeFile(unfinished, body, { mode: 0o600 })
        await writeFile(beside, `${reason}\n`, { mode: 0o600 })
        await rename(unfinished, join(folder, name))
      } catch (error) {
        // The reader sends it again: what is left each time would fill a disk that is almost full.
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
