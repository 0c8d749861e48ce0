import { createHmac } from 'node:crypto'
import type { Read } from '@sightline/schemas/read'
import { plainPlate } from '@sightline/schemas/written-plate'
import type { FeedConfig } from './config.ts'

/** One read as a host's own feed sends it. */
export interface FeedMessage {
  readonly camera: string
  readonly seenAt: string
  readonly plate?: string
  /** The same plate has the same hash under one key. */
  readonly plateHash?: string
  readonly confidence: number
  readonly region: string | null
  readonly direction: string | null
  readonly vehicle: Read['vehicle']
  readonly engine: string
  /** Whether the plate is on the host's list; absent without a list. */
  readonly allowed?: boolean
}

/**
 * The part of a read that leaves the host, or null if the feed does not want it. It omits the read's id, which is a
 * digest of the plate: anybody could try all plates. Pure.
 * @param hashKey for `plate: hashed`
 */
export function feedMessage(
  read: Read,
  feed: FeedConfig,
  hashKey: Uint8Array | undefined,
): FeedMessage | null {
  const { cameras, minConfidence = 0, allow, onlyAllowed = false } = feed
  if (cameras && !cameras.includes(read.camera.id)) return null
  if (read.confidence < minConfidence) return null
  const allowed = allow?.some((plate) => plainPlate(plate) === read.plate)
  if (onlyAllowed && !allowed) return null
  return {
    camera: read.camera.id,
    seenAt: read.seenAt,
    ...(feed.plate === 'as-is' && { plate: read.plate }),
    ...(feed.plate === 'hashed' && {
      plateHash: createHmac('sha256', hashKey!).update(read.plate).digest('hex'),
    }),
    confidence: read.confidence,
    region: read.region,
    direction: read.pass?.direction ?? null,
    vehicle: read.vehicle,
    engine: read.engine.name,
    ...(allowed !== undefined && { allowed }),
  }
}
