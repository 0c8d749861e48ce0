import { readFile, rename, writeFile } from 'node:fs/promises'

/**
 * How far a feed has come, kept in a file: a number that only grows, such as an instant or a sequence in a stream.
 * A step is announced before it is taken: whoever finds an announced step does exactly that one again, knowing
 * that it may have been taken.
 */
export interface Position {
  /** Where the feed began. */
  readonly since: number
  /** Everything before this is safe at its goal. */
  readonly at: number
  /** End of a step that may or may not have been taken, or null. */
  readonly announced: number | null
  /** Announces the step to `to`. */
  announce(to: number): Promise<void>
  /** Moves on; once it comes back, a restart begins there. */
  move(to: number): Promise<void>
}

interface Kept {
  since: number
  at: number
  announced: number | null
}

/**
 * Opens the position in a file.
 * @param first where a feed without a file, or with one that nobody can read, begins
 */
export async function openPosition(path: string, first: number): Promise<Position> {
  let kept = parse(await readFile(path, 'utf8').catch(() => '')) ?? {
    since: first,
    at: first,
    announced: null,
  }
  const keep = async (next: Kept) => {
    // Under another name first: a file that is there is always whole.
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
    // Not ours, or written by an older version: the feed begins again.
  }
  return undefined
}
