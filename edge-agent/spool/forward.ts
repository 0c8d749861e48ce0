import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import type { Backlog } from './backlog.ts'
import type { EntryName } from './entry-name.ts'
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

interface Parts {
  backlog: Backlog
  store: Pick<Store, 'read' | 'setAside'>
  /** The last answer for a camera's entry. */
  receipt(camera: string): number | undefined
  /** Removes a delivered entry from the disk and from the backlog. */
  remove(entry: EntryName, receipt: number | undefined): Promise<void>
  /** Calls `wake` whenever an entry is added to the backlog. @returns a function that ends this */
  onAdded(wake: () => void): () => void
  log: Logger
}

/** Number of cameras delivered in parallel: enough to hide the round trip to the broker. */
const PARALLEL = 16
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/**
 * Delivers until aborted: oldest first, one at a time per camera, so that each camera's order is kept whatever fails. An
 * undelivered entry stays; a delivered one is removed before the camera's next one is sent.
 */
export async function forwardEntries(
  { backlog, store, receipt, remove, onAdded, log }: Parts,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<void> {
  const out = new Set<Promise<void>>()
  /** Cameras with a delivery in this run: only their first one may have been sent in an earlier run. */
  const known = new Set<string>()

  async function giveUp(entry: EntryName, err: unknown): Promise<void> {
    log.error({ err, camera: entry.camera }, 'an entry of the spool can never be delivered; it is set aside')
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
        // It must not block the camera's later messages forever.
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
