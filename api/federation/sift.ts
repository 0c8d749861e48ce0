import { instant } from '@sightline/runtime/clock'
import type { Filtered } from '@sightline/schemas/federated-search'
import { type Read, readId, readParser } from '@sightline/schemas/read'
import { createAskedTest } from './asked.ts'
import type { Wanted } from './vendor-pages.ts'
import type { Bounds } from './window.ts'

export const NOTHING_FILTERED: Filtered = {
  tooOld: 0,
  foreign: 0,
  malformed: 0,
  outside: 0,
  unasked: 0,
  surplus: 0,
}

export interface Sifted {
  /** Reads that may be passed on, in the order received. */
  reads: Read[]
  filtered: Filtered
  /** Instant of the oldest recognizable row, including filtered ones, milliseconds; null without one. */
  reachedTo: number | null
  /** Whether the rows came newest first. */
  isSorted: boolean
}

/**
 * The rows of a vendor that the agency may see. Nothing from the vendor is trusted: each row must be a read (CAP-1),
 * from a camera in the United States (CAP-5), not older than five years (QRY-4), in the window, and match the plate,
 * place and vehicle of the question (QRY-6).
 */
export function sift(
  rows: readonly unknown[],
  request: Wanted,
  bounds: Pick<Bounds, 'oldest' | 'from' | 'to'>,
): Sifted {
  const filtered = { ...NOTHING_FILTERED }
  const within: Read[] = []
  let reachedTo: number | null = null
  let isSorted = true
  for (const row of rows) {
    const at = readParser.check(row) ? timeOf(row) : null
    if (at === null) {
      filtered.malformed++
      continue
    }
    const read = row as Read
    if (reachedTo !== null && at > reachedTo) isSorted = false
    else reachedTo = at
    if (read.camera.country !== 'US') filtered.foreign++
    else if (at < bounds.oldest) filtered.tooOld++
    else if (at < bounds.from || at >= bounds.to) filtered.outside++
    else within.push(read)
  }
  const reads = within.filter(createAskedTest(request, within))
  filtered.unasked = within.length - reads.length
  return { reads, filtered, reachedTo, isSorted }
}

/**
 * The instant of a read whose id matches its content; null if it does not match. A foreign id could hide another
 * vendor's read.
 */
function timeOf({ id, camera, seenAt, plate }: Read): number | null {
  const at = Date.parse(seenAt)
  const isReal = !Number.isNaN(at) && instant(at) === seenAt && id === readId(camera.id, seenAt, plate)
  return isReal ? at : null
}

/** Sum of two counts of filtered rows. */
export const addFiltered = (a: Filtered, b: Filtered): Filtered => ({
  tooOld: a.tooOld + b.tooOld,
  foreign: a.foreign + b.foreign,
  malformed: a.malformed + b.malformed,
  outside: a.outside + b.outside,
  unasked: a.unasked + b.unasked,
  surplus: a.surplus + b.surplus,
})
