import type { KV } from '@nats-io/kv'
import { type BucketWatch, watchBucket } from '../broker/watch-bucket.ts'
import { type Display, displayReader } from '../schemas/display.ts'
import { checkDisplay } from '../schemas/display-rules.ts'
import { toSightlineError } from '../schemas/errors.ts'
import type { DisplayIndex } from './index/index.ts'

export interface RefusedDisplay {
  key: string
  value: Uint8Array
  error: ReturnType<typeof toSightlineError>
}

/**
 * Keeps the index equal to the active displays of the bucket. An entry that is not a display takes the one it replaces
 * out of the index (closed when in doubt) and is handed to `onRefused`.
 */
export function followDisplays(
  kv: KV,
  index: DisplayIndex,
  onRefused: (refused: RefusedDisplay) => void,
): Promise<BucketWatch> {
  return watchBucket(kv, (entry) => {
    if (entry.operation !== 'PUT') return index.remove(entry.key)
    try {
      const display = displayReader.parseJson(entry.value)
      checkDisplay(display)
      index.set(display)
    } catch (thrown) {
      index.remove(entry.key)
      onRefused({ key: entry.key, value: entry.value, error: toSightlineError(thrown) })
    }
  })
}

/** The whole of a display of which the index holds a part; null when it is gone, or no display any more. */
export async function loadDisplay(kv: KV, id: string): Promise<Display | null> {
  const entry = await kv.get(id)
  if (entry?.operation !== 'PUT') return null
  try {
    return displayReader.parseJson(entry.value)
  } catch {
    // Set aside, with its reason, by followDisplays.
    return null
  }
}
