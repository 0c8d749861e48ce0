import type { KV, KvWatchEntry } from '@nats-io/kv'
import { type BucketWatch, watchBucket } from '../broker/watch-bucket.ts'
import { type Display, displayReader } from '../schemas/display.ts'
import { toSightlineError } from '../schemas/errors.ts'
import type { DisplayIndex } from './index/exact.ts'

export interface RefusedDisplay {
  key: string
  value: Uint8Array
  error: ReturnType<typeof toSightlineError>
}

/**
 * Keeps the index equal to the bucket of displays. An entry that is not a display takes the one it replaces
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
      index.set(displayOf(entry))
    } catch (thrown) {
      index.remove(entry.key)
      onRefused({ key: entry.key, value: entry.value, error: toSightlineError(thrown) })
    }
  })
}

function displayOf(entry: KvWatchEntry): Display {
  return displayReader.parseJson(entry.value)
}
