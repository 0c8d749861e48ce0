import { ask, type Link } from '@sightline/broker/link'
import { readValues } from '@sightline/broker/read-stored'
import type { Logger } from '@sightline/runtime/log'
import { type Display, displayParser } from '@sightline/schemas/display'
import { SightlineError } from '@sightline/schemas/errors'
import { DISPLAYS } from '@sightline/schemas/streams'
import { conflictOf } from '../shared/conflict.ts'
import { logLeftOut, MalformedRecord } from '../shared/left-out.ts'
import { mirrorBucket, parseValue } from '../shared/watch-values.ts'

/** A display with its revision in the bucket. */
export interface StoredDisplay {
  display: Display
  revision: number
}

/** A display from an instant on. */
export interface DisplayRevision {
  display: Display
  /** By the broker's clock. */
  storedAt: Date
}

export interface DisplayPage {
  displays: Display[]
  /** Cursor of the page after this one; null on the last. */
  next: string | null
}

export interface DisplayStore {
  /** @throws CONFLICT when the id is taken, BROKER_UNREACHABLE, BROKER_FAILED */
  create(display: Display): Promise<StoredDisplay>
  /** The display as the bucket has it at this moment. @throws NOT_FOUND, BROKER_UNREACHABLE, BROKER_FAILED */
  get(id: string): Promise<StoredDisplay>
  /**
   * The revisions of the display, oldest first, as far back as the bucket keeps them.
   * @throws NOT_FOUND, BROKER_UNREACHABLE, BROKER_FAILED
   */
  revisions(id: string): Promise<DisplayRevision[]>
  /** Stores a change made to `revision`. @throws CONFLICT when somebody else changed it meanwhile */
  update(display: Display, revision: number): Promise<StoredDisplay>
  /**
   * From the copy in memory, newest first.
   * @throws BROKER_FAILED when the copy has lost its bucket
   * @param cursor id after which the page begins: `next` of the previous page
   */
  list(keep: (display: Display) => boolean, limit: number, cursor?: string): DisplayPage
  /** Those in memory that are wanted, in no order. @throws BROKER_FAILED when the copy has lost its bucket */
  select(keep: (display: Display) => boolean): Display[]
  /** Those with these ids that are in memory, for lists. @throws BROKER_FAILED when the copy has lost its bucket */
  glance(ids: readonly string[]): Display[]
  /** All displays in memory, for sweeps. @throws BROKER_FAILED when the copy has lost its bucket */
  all(): Display[]
}

const KIND = { store: DISPLAYS, parser: displayParser, what: 'display', keyOf: ({ id }: Display) => id }

/**
 * Opens the bucket of displays and waits until its copy in memory is complete; the copy follows the bucket
 * until `stop` is aborted, whichever process writes.
 * @throws BROKER_FAILED when there is no bucket
 */
export async function openDisplays(link: Link, log: Logger, stop: AbortSignal): Promise<DisplayStore> {
  const copy = displayCopy()
  const { bucket, requireCurrent } = await mirrorBucket(
    link,
    KIND,
    { things: 'displays', log, stop },
    {
      // Displays of a load test belong to nobody: nobody lists, reviews or renews them.
      put: (_, display, revision) =>
        display.test ? copy.remove(display.id) : copy.put({ display, revision }),
      remove: copy.remove,
    },
  )

  const write = async (display: Display, previousSeq: number): Promise<StoredDisplay> => {
    const revision = await ask(link, 'store the display', async () => {
      try {
        return await bucket.put(display.id, JSON.stringify(display), { previousSeq })
      } catch (error) {
        throw conflictOf(error, 'display') ?? error
      }
    })
    copy.put({ display, revision })
    return { display, revision }
  }
  const current = () => {
    requireCurrent()
    return copy
  }
  return {
    create: (display) => write(display, 0),
    update: write,
    list: (...query) => current().list(...query),
    select: (keep) => current().select(keep),
    glance: (ids) => current().glance(ids),
    all: () => current().list(() => true, Number.POSITIVE_INFINITY).displays,
    get: async (id) => {
      const entry = await ask(link, 'read the display', () => bucket.get(id))
      if (entry?.operation !== 'PUT')
        throw new SightlineError('NOT_FOUND', `there is no watchlist entry ${id}`)
      const { value, revision } = entry
      try {
        return { display: parseValue(KIND, id, value), revision }
      } catch (thrown) {
        logLeftOut(log, { store: DISPLAYS, key: id, revision }, thrown)
        throw new MalformedRecord('display', revision, thrown)
      }
    },
    revisions: async (id) => {
      const found = await ask(link, 'read the history of the display', async () => {
        const entries: DisplayRevision[] = []
        const values = await readValues(link, { bucket: DISPLAYS, filter: id, latestOnly: false })
        for (const { value, revision, storedAt } of values) {
          try {
            entries.push({ display: parseValue(KIND, id, value), storedAt })
          } catch (thrown) {
            logLeftOut(log, { store: DISPLAYS, key: id, revision }, thrown)
          }
        }
        return entries
      })
      if (found.length === 0) throw new SightlineError('NOT_FOUND', `there is no watchlist entry ${id}`)
      return found
    },
  }
}

/** Distinct texts that are kept for comparison; then it begins again. */
const MOST_TEXTS = 50_000

/**
 * Lets displays share equal texts, of which a million displays have few: cases, owners, reasons of a list, times at which it
 * was added. Every parsed display has copies of its own, more than half of its memory.
 */
function sharedTexts(): (display: Display) => void {
  const known = new Map<string, string>()
  const one = (text: string): string => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= MOST_TEXTS) known.clear()
    known.set(text, text)
    return text
  }
  return (display) => {
    // In place: a copy of each of a million displays is garbage that the start waits for.
    for (const key of TEXTS) display[key] = one(display[key])
  }
}

const TEXTS = [
  ...(['caseRef', 'owner', 'reason'] as const),
  ...(['createdAt', 'noticeConfirmedAt', 'validatedAt', 'expiresAt'] as const),
]

/** A display in memory; the object stays the same through all changes, so that a list needs no look-up of each id. */
interface Row {
  readonly id: string
  /** null: removed, and not yet taken out of the order. */
  display: Display | null
  revision: number
}

/** Displays by id, kept in the order of their ids (which begin with the time of creation). */
export function displayCopy() {
  const byId = new Map<string, Row>()
  /** Among them removed ones, because to take out each one alone would move all behind it. */
  let rows: Row[] = []
  let sorted = true
  let gone = 0

  const same = sharedTexts()
  const put = ({ display, revision }: StoredDisplay) => {
    const { id } = display
    const row = byId.get(id)
    if (row?.display && row.revision >= revision) return
    same(display)
    if (row) {
      if (!row.display) gone--
      row.display = display
      row.revision = revision
      return
    }
    const added: Row = { id, display, revision }
    byId.set(id, added)
    if (rows.length > 0 && id < rows.at(-1)!.id) sorted = false
    rows.push(added)
  }
  const remove = (id: string) => {
    const row = byId.get(id)
    if (!row?.display) return
    row.display = null
    gone++
    if (gone < rows.length / 2) return
    for (const one of rows) if (!one.display) byId.delete(one.id)
    rows = rows.filter(({ display }) => display !== null)
    gone = 0
  }
  const list = (keep: (display: Display) => boolean, limit: number, cursor?: string): DisplayPage => {
    if (!sorted) rows.sort((a, b) => (a.id < b.id ? -1 : 1))
    sorted = true
    const displays: Display[] = []
    let at = cursor === undefined ? rows.length : lowerBound(rows, cursor)
    while (at > 0) {
      const { display } = rows[--at]!
      if (!display || !keep(display)) continue
      if (displays.length === limit) return { displays, next: displays[limit - 1]!.id }
      displays.push(display)
    }
    return { displays, next: null }
  }
  const select = (keep: (display: Display) => boolean): Display[] => {
    const found: Display[] = []
    for (const { display } of rows) if (display && keep(display)) found.push(display)
    return found
  }
  const glance = (ids: readonly string[]): Display[] => ids.flatMap((id) => byId.get(id)?.display ?? [])
  return { put, remove, list, select, glance }
}

/** Number of entries of a sorted list whose ids are less than `value`. */
function lowerBound(sorted: readonly { id: string }[], value: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]!.id < value) low = middle + 1
    else high = middle
  }
  return low
}
