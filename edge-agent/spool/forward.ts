import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import type { Backlog } from './backlog.ts'
import type { EntryName } from './entry-name.ts'
import type { Store } from './store.ts'

/** One message on its way out. */
export interface SpoolEntry {
  sequence: number
  camera: string
  /** Message id: the broker recognizes a repeat by it. */
  id: string
  payload: Uint8Array
  /** It may have been handed over before, now or in an earlier run, without an answer that came through. */
  uncertain: boolean
  /** What the other side said of the camera's entry before this one. */
  receipt: number | undefined
}

/**
 * Hands one entry over; resolves once it is stored for good at the other side. Rejects with MESSAGE_INVALID when it can
 * never be.
 * @returns what the other side said of it, if the camera's next entry is to know
 */
export type Deliver = (entry: SpoolEntry) => Promise<number | undefined>

interface Parts {
  backlog: Backlog
  store: Pick<Store, 'read' | 'setAside'>
  /** What was last said of a camera's entry. */
  receipt(camera: string): number | undefined
  /** Removes a delivered entry from the disk and from the backlog. */
  remove(entry: EntryName, receipt: number | undefined): Promise<void>
  /** Has `wake` called whenever an entry comes into the backlog. @returns ends this */
  onAdded(wake: () => void): () => void
  log: Logger
}

/** Cameras that are delivered at the same time: enough to hide the way to the broker and back. */
const PARALLEL = 16
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/**
 * Delivers until aborted: the oldest first, one at a time of a camera, so that each camera's order holds whatever
 * fails. What was not delivered stays; what was is removed before the camera's next one goes out.
 */
export async function forwardEntries(
  { backlog, store, receipt, remove, onAdded, log }: Parts,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<void> {
  const out = new Set<Promise<void>>()
  /** Cameras of which an entry went out in this run: only their first may be one of the run before. */
  const known = new Set<string>()

  async function giveUp(entry: EntryName, err: unknown): Promise<void> {
    log.error({ err, camera: entry.camera }, 'an entry of the spool cannot be delivered; it is set aside')
    await store.setAside(entry).catch(() => {})
    backlog.settle(entry)
  }

  async function deliverOne(entry: EntryName): Promise<void> {
    const { sequence, camera, id } = entry
    let payload: Uint8Array
    try {
      payload = await store.read(entry)
    } catch (err) {
      return giveUp(entry, err)
    }
    let uncertain = !known.has(camera)
    known.add(camera)
    for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        const said = await deliver({ sequence, camera, id, payload, uncertain, receipt: receipt(camera) })
        return await remove(entry, said)
      } catch (thrown) {
        if (signal.aborted) break
        const err = toSightlineError(thrown)
        // It must not hold up for ever what its camera says after it.
        if (err.code === 'MESSAGE_INVALID') return await giveUp(entry, err)
        uncertain = true
        log.warn({ err, camera }, 'an entry was not delivered; it is tried again')
        await sleep(wait, undefined, { signal }).catch(() => {})
      }
    }
    backlog.putBack(entry)
  }

  function pump(): void {
    while (out.size < PARALLEL && !signal.aborted) {
      const entry = backlog.take()
      if (!entry) return
      const work = deliverOne(entry).finally(() => {
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
