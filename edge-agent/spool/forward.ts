import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import type { Backlog } from './backlog.ts'
import type { EntryName } from './entry-name.ts'
import type { Notes, Receipt } from './notes.ts'
import type { Store } from './store.ts'

/** One message being delivered. */
export interface SpoolEntry {
  sequence: number
  camera: string
  /** Message id, by which the broker recognizes a repeat. */
  id: string
  payload: Uint8Array
  /** It may have been sent before, in this or an earlier run, without a received answer. */
  uncertain: boolean
  /** The receiver's answer for the camera's previous entry. */
  receipt: number | undefined
}

/**
 * Delivers one entry; resolves once the receiver has stored it permanently. Rejects with MESSAGE_INVALID when it can never be
 * stored.
 * @returns the receiver's answer, if the camera's next entry needs it
 */
export type Deliver = (entry: SpoolEntry) => Promise<number | undefined>

/** Several entries of one camera that are delivered together, oldest first. */
export interface SpoolRun {
  readonly camera: string
  readonly entries: readonly Pick<SpoolEntry, 'id' | 'payload'>[]
  /** They may have been sent before without a received answer: then either all of them are stored or none. */
  readonly uncertain: boolean
  /** The receiver's answer for the camera's entry before the first. */
  readonly receipt: number
}

/** How many entries of a run are stored now, counted from the first, and the receiver's answer for the last of these. */
export interface Taken {
  readonly count: number
  readonly receipt: number
}

/** Delivers several entries at once. It is used only where a camera has a backlog. */
export interface Together {
  /** How many entries may be sent at once now; 1: the receiver takes none together. */
  most(): number
  /** Delivers a run, all of it or nothing. Entries that the receiver did not take are then delivered one by one. */
  deliver(run: SpoolRun): Promise<Taken>
}

interface Loaded {
  readonly entry: EntryName
  readonly payload: Uint8Array
}
const namesOf = (run: readonly Loaded[]) => run.map(({ entry }) => entry)

interface Parts {
  backlog: Backlog
  store: Pick<Store, 'read' | 'setAside'>
  /** The last answer for each camera's entries. */
  receipts: Pick<Notes<Receipt>, 'get' | 'put' | 'sync'>
  /** Removes delivered entries of a camera from the disk and from the backlog. */
  remove(run: readonly EntryName[], receipt: number | undefined): Promise<void>
  /** Calls `wake` whenever an entry is added to the backlog. @returns a function that ends this */
  onAdded(wake: () => void): () => void
  firstWaitMs?: number | undefined
  log: Logger
}

/** Number of cameras delivered in parallel: enough to hide the round trip to the broker. */
const PARALLEL = 16
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** Largest payload of a run, in bytes: it is in memory, once for each camera in delivery. */
const RUN_BYTES = 1 << 20
/** Sends nothing together. */
const ALONE: Together = { most: () => 1, deliver: async ({ receipt }) => ({ count: 0, receipt }) }

/**
 * Delivers until aborted: oldest first, one at a time per camera or several as one run, so that each camera's order is kept
 * whatever fails. An undelivered entry stays; a delivered one is removed before the camera's next one is sent.
 */
export async function forwardEntries(
  { backlog, store, receipts, remove, onAdded, firstWaitMs = FIRST_WAIT_MS, log }: Parts,
  deliver: Deliver,
  signal: AbortSignal,
  together: Together = ALONE,
): Promise<void> {
  const out = new Set<Promise<void>>()
  /** Cameras with a delivery in this process: only their first one may have been sent by an earlier process. */
  const known = new Set<string>()
  /** The last answers of this process: a full disk may not have taken the newest one. */
  const answers = new Map<string, Receipt>()
  const answerOf = (camera: string) => answers.get(camera) ?? receipts.get(camera)

  /** Removes what was delivered. */
  function take(run: readonly EntryName[], receipt: number | undefined): Promise<void> {
    const { camera, sequence } = run.at(-1)!
    if (receipt !== undefined) answers.set(camera, { sequence, receipt })
    return remove(run, receipt)
  }

  /** Whether an earlier process may have sent an entry: no more than it noted as sent together. */
  const maybeSent = ({ camera, sequence }: EntryName) =>
    !known.has(camera) && sequence <= (receipts.get(camera)?.sending ?? Number.POSITIVE_INFINITY)

  async function giveUp(entry: EntryName, err: unknown): Promise<void> {
    log.error({ err, camera: entry.camera }, 'an entry of the spool can never be delivered; it is set aside')
    await store.setAside(entry).catch(() => {})
    backlog.settle([entry])
  }

  /**
   * Retries until an attempt succeeds.
   * @param attempt rejects if it is unknown whether the receiver stored it, and with MESSAGE_INVALID if it never can
   * @returns false if it was aborted first
   * @throws MESSAGE_INVALID
   */
  async function insist(
    camera: string,
    isUncertain: boolean,
    attempt: (uncertain: boolean) => Promise<void>,
  ) {
    let uncertain = isUncertain
    for (let wait = firstWaitMs; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await attempt(uncertain)
        return true
      } catch (thrown) {
        if (signal.aborted) break
        const err = toSightlineError(thrown)
        if (err.code === 'MESSAGE_INVALID') throw err
        uncertain = true
        log.warn({ err, camera }, 'an entry was not delivered; it is tried again')
        await sleep(wait, undefined, { signal }).catch(() => {})
      }
    }
    return false
  }

  /** @returns false when it was aborted before */
  async function deliverOne(entry: EntryName): Promise<boolean> {
    const { sequence, camera, id } = entry
    let payload: Uint8Array
    try {
      payload = await store.read(entry)
    } catch (err) {
      await giveUp(entry, err)
      // No later one was sent.
      known.add(camera)
      return true
    }
    const isUncertain = maybeSent(entry)
    known.add(camera)
    try {
      return await insist(camera, isUncertain, async (uncertain) => {
        const receipt = answerOf(camera)?.receipt
        await take([entry], await deliver({ sequence, camera, id, payload, uncertain, receipt }))
      })
    } catch (err) {
      // It must not block its camera's later entries forever.
      await giveUp(entry, err)
      return true
    }
  }

  /** @returns the entries that must be sent one by one; null if it was aborted first */
  async function deliverRun(run: readonly Loaded[], camera: string): Promise<readonly Loaded[] | null> {
    const answer = answerOf(camera)
    if (!answer) return run
    const { sequence, receipt } = answer
    const isUncertain = !known.has(camera)
    try {
      // After a kill, the next process must send exactly these together: otherwise it could not know which of them are stored.
      await receipts.put(camera, { sequence, receipt, sending: run.at(-1)!.entry.sequence })
      await receipts.sync()
    } catch (err) {
      log.warn({ err, camera }, 'the spool cannot note what is sent together; reads are sent one by one')
      // If the note is there, although perhaps not for good, none of them may be sent alone.
      const isNoted = (receipts.get(camera)?.sending ?? 0) >= run[0]!.entry.sequence
      if (!isUncertain && !isNoted) return run
    }
    known.add(camera)
    const entries = run.map(({ entry: { id }, payload }) => ({ id, payload }))
    let taken: Taken = { count: 0, receipt }
    const isDone = await insist(camera, isUncertain, async (uncertain) => {
      taken = await together.deliver({ camera, entries, uncertain, receipt })
      // The note goes before the first one is sent alone: after a kill it would look as if all of them were stored.
      if (taken.count > 0) await take(namesOf(run.slice(0, taken.count)), taken.receipt)
      else await receipts.put(camera, { sequence, receipt }).then(receipts.sync)
    })
    return isDone ? run.slice(taken.count) : null
  }

  /** Reads entries from the disk; damaged ones are set aside. */
  async function load(run: readonly EntryName[]): Promise<Loaded[]> {
    const loaded = await Promise.all(
      run.map((entry) =>
        store.read(entry).then(
          (payload) => ({ entry, payload }),
          (err) => giveUp(entry, err),
        ),
      ),
    )
    return loaded.filter((one) => one !== undefined)
  }

  async function deliverNext(run: readonly [EntryName, ...EntryName[]]): Promise<void> {
    let left: readonly EntryName[] = run
    if (run.length > 1) {
      const loaded = await load(run)
      const rest = loaded.length > 0 ? await deliverRun(loaded, run[0].camera) : []
      if (rest === null) return backlog.putBack(namesOf(loaded))
      left = namesOf(rest)
    }
    for (const [n, entry] of left.entries()) {
      if (signal.aborted || !(await deliverOne(entry))) return backlog.putBack(left.slice(n))
    }
  }

  /** An earlier process's run is sent as the same run again. Otherwise a camera's first entry is sent alone, for its receipt. */
  function limitsOf({ camera, sequence }: EntryName) {
    const bytes = Number.POSITIVE_INFINITY
    if (!known.has(camera)) {
      const sent = receipts.get(camera)?.sending ?? 0
      return sent > sequence ? { entries: bytes, bytes, last: sent } : { entries: 1, bytes: 0 }
    }
    return { entries: answerOf(camera) ? together.most() : 1, bytes: RUN_BYTES }
  }

  function pump(): void {
    while (out.size < PARALLEL && !signal.aborted) {
      const run = backlog.take(limitsOf)
      if (!run) return
      const work = deliverNext(run).finally(() => {
        out.delete(work)
        pump()
      })
      out.add(work)
    }
  }

  const unsubscribe = onAdded(pump)
  pump()
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  unsubscribe()
  await Promise.all(out)
}
