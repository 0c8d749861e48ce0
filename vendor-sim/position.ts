import { readFile, rename, writeFile } from 'node:fs/promises'

/** How far a feed has come, kept in a file: everything before this instant is safe at its goal. */
export interface Position {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Moves on; once it comes back, a restart begins there. */
  move(at: number): Promise<void>
}

/**
 * Opens the position in a file.
 * @param first where a feed without a file, or with one that nobody can read, begins; milliseconds since 1970
 */
export async function openPosition(path: string, first: number): Promise<Position> {
  const kept = Date.parse((await readFile(path, 'utf8').catch(() => '')).trim())
  let at = Number.isNaN(kept) ? first : kept
  return {
    get at() {
      return at
    },
    async move(to) {
      // Under another name first: a file that is there is always whole.
      await writeFile(`${path}.new`, `${new Date(to).toISOString()}\n`)
      await rename(`${path}.new`, path)
      at = to
    },
  }
}
