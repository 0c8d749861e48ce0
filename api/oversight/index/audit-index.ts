import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { followBatches } from '@sightline/broker/follow'
import { ask, type Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { recordOf } from '@sightline/schemas/audit-record'
import { AUDIT } from '@sightline/schemas/streams'
import { chunkOf, openPostings, type Postings, type Reach } from './postings.ts'
import { NO_RECORD, termsOf } from './terms.ts'

/**
 * An index of the audit log (AUD-3), made from the log alone, and made again whenever something is wrong with it. It says
 * which messages to look at; what a search answers comes from the log.
 */
export interface AuditIndex {
  /** Sequence of the last message that it has; 0 while it has none. */
  reaches(): number
  /**
   * Messages that may match, newest first, from one sequence to another, at most the last that it has. Whatever matches is
   * among them. @throws Error when it is damaged; it is then made again
   */
  find(groups: readonly (readonly string[])[], from: number, to: number): AsyncGenerator<number[], void>
  /** Compares all of it with what was written, and makes it again where that differs. */
  check(): Promise<void>
  /** Settles after `stop`. */
  readonly ended: Promise<void>
}

export interface AuditIndexOptions {
  /** Nothing else may be in this folder. */
  folder: string
  log: Logger
  stop: AbortSignal
}

const IN_FLIGHT = 2000
/** Messages read without letting requests run: some milliseconds. */
const TURN = 100
/** Most messages between two writes, so that one takes milliseconds. */
const MOST_PENDING = 512
/** Time until the next try, for a damaged index and for a broker or disk that does not work. */
const RETRY_MS = { damaged: 250, other: 2000 }
/** Processes that share a folder of data have an index each. */
const MOST_PROCESSES = 8
const CHECK_MS = 86_400_000

/** The index on disk differs from what was written, or belongs to another log. */
class Damaged extends Error {}

/** Opens the index in the background, and follows the log with it until `stop`. */
export function openAuditIndex(link: Link, { folder, log, stop }: AuditIndexOptions): AuditIndex {
  let postings: Postings | null = null
  let breakOff: (why: Error) => void = () => {}

  async function follow(open: Postings, signal: AbortSignal): Promise<void> {
    let pending = 0
    let { sequence: reached, digest } = open.reach
    const store = async () => {
      if (pending > 0) await open.store(digest)
      pending = 0
    }
    const options = { stream: AUDIT, from: reached + 1, inFlight: IN_FLIGHT, signal }
    for await (const batch of followBatches(link, options)) {
      for (const { seq, data } of batch) {
        if (pending >= MOST_PENDING || chunkOf(seq) !== chunkOf(reached)) await store()
        const record = recordOf(data)
        open.add(seq, record ? termsOf(record) : [NO_RECORD])
        digest = digestOf(data)
        reached = seq
        if (++pending % TURN === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      await store()
    }
  }

  async function serve(open: Postings): Promise<void> {
    if (!(await isOf(link, open.reach))) throw new Damaged('it was made from another log')
    const round = new AbortController()
    let damage: Error | null = null
    breakOff = (why) => {
      damage ??= why
      round.abort()
    }
    postings = open
    try {
      await follow(open, AbortSignal.any([stop, round.signal]))
    } finally {
      postings = null
    }
    if (damage) throw new Damaged((damage as Error).message)
  }

  async function run(): Promise<void> {
    let told = ''
    while (!stop.aborted) {
      let path: string | undefined
      let retryMs = RETRY_MS.other
      try {
        const { open, at } = await openFree(folder)
        path = at
        await serve(open).finally(() => open.close())
      } catch (error) {
        const { message } = error as Error
        if (error instanceof Damaged && path) {
          await rm(path, { recursive: true, force: true }).catch(() => {})
          retryMs = RETRY_MS.damaged
        }
        if (message !== told)
          log.warn({ err: error }, 'the index of the audit log begins again; searches read the log')
        told = message
      }
      await pause(retryMs, undefined, { signal: stop }).catch(() => {})
    }
  }

  const check = async () => {
    const open = postings
    if (!open) return
    try {
      if (await open.isWhole(stop)) return
      throw new Error('it is not what was written')
    } catch (error) {
      if (postings === open) breakOff(error as Error)
    }
  }
  const timer = setInterval(check, CHECK_MS)
  timer.unref()
  stop.addEventListener('abort', () => clearInterval(timer))

  return {
    reaches: () => postings?.reach.sequence ?? 0,
    find: async function* (groups, from, to) {
      const open = postings
      if (!open) throw new Error('there is no index of the audit log')
      try {
        yield* open.find(groups, from, to)
      } catch (error) {
        if (postings === open) breakOff(error as Error)
        throw error
      }
    },
    check,
    ended: run(),
  }
}

/** Opens the first index that no other process has; one that cannot be opened is thrown away. */
async function openFree(folder: string): Promise<{ open: Postings; at: string }> {
  for (let n = 1; n <= MOST_PROCESSES; n++) {
    const at = join(folder, String(n))
    try {
      return { open: await openPostings(at), at }
    } catch (error) {
      if (isLocked(error)) continue
      await rm(at, { recursive: true, force: true })
      return { open: await openPostings(at), at }
    }
  }
  throw new Error(`other processes use all of the ${MOST_PROCESSES} indexes in ${folder}`)
}

const isLocked = (error: unknown): boolean =>
  ((error as Error).cause as { code?: string } | undefined)?.code === 'LEVEL_LOCKED'

/** Whether the log has, at the end of the index, the message that the index says. */
async function isOf(link: Link, { sequence: seq, digest }: Reach): Promise<boolean> {
  if (seq === 0) return true
  const message = await ask(link, 'read the audit log', () => link.manager.streams.getMessage(AUDIT, { seq }))
  return message !== null && digestOf(message.data) === digest
}

const digestOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('base64url')
