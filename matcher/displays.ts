import type { KV } from '@nats-io/kv'
import { type BucketWatch, watchBucket } from '../broker/watch-bucket.ts'
import { displayReader } from '../schemas/display.ts'
import { toSightlineError } from '../schemas/errors.ts'
import type { DisplayIndex } from './index/exact.ts'

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
      if (display.state === 'active') index.set(display)
      else index.remove(display.id)
    } catch (thrown) {
      index.remove(entry.key)
      onRefused({ key: entry.key, value: entry.value, error: toSightlineError(thrown) })
    }
  })
}
