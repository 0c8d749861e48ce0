import { readFile, rename, writeFile } from 'node:fs/promises'

/**
 * Progress of a feed, kept in a file: a number that only grows, such as an instant or a sequence in a stream. A step is
 * announced before it is taken: a process that finds an announced step takes exactly that one again, knowing that it
 * may have been taken.
 */
export interface Position {
  /** Where the feed began. */
  readonly since: number
  /** Everything before this is stored. */
  readonly at: number
  /** End of a step that may or may not have been taken, or null. */
  readonly announced: number | null
  /** Announces the step to `to`. */
  announce(to: number): Promise<void>
  /** Moves on; once it returns, a restart begins there. */
  move(to: number): Promise<void>
}

interface Kept {
  since: number
  at: number
  announced: number | null
}

/**
 * Opens the position in a file.
 * @param first where a feed begins without a readable file
 */
export async function openPosition(path: string, first: number): Promise<Position> {
  let kept = parse(await readFile(path, 'utf8').catch(() => '')) ?? {
    since: first,
    at: first,
    announced: null,
  }
  const keep = async (next: Kept) => {
    // Written under another name first, so that an existing file is always complete.
    await writeFile(`${path}.new`, `${JSON.stringify(next)}\n`)
    await rename(`${path}.new`, path)
    kept = next
  }
  return {
    get since() {
      return kept.since
    },
    get at() {
      return kept.at
    },
    get announced() {
      return kept.announced
    },
    announce: (to) => keep({ ...kept, announced: to }),
    move: (to) => keep({ ...kept, at: to, announced: null }),
  }
}

function parse(text: string): Kept | undefined {
  try {
    const { since, at, announced } = JSON.parse(text) as Partial<Kept>
    if (Number.isFinite(since) && Number.isFinite(at))
      return { since: since!, at: at!, announced: announced ?? null }
  } catch {
    // Not ours, or written by an older version: the feed starts over.
  }
  return undefined
}
