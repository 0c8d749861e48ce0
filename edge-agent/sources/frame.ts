import type { Picture } from '@sightline/recognition/picture'
import type { SightlineError } from '@sightline/schemas/errors'

/** One picture of a camera, from any kind of source. */
export interface Frame {
  /** Name in messages: a path, or an address without credentials. */
  name: string
  /** When it was taken, milliseconds since 1970. */
  seenAt: number
  /** Number of frames of a live stream that were lost just before this one; only the source knows. */
  missed?: number
  /** @throws PICTURE_CORRUPT, PICTURE_TOO_LARGE … */
  open(): Promise<Picture>
  /** Its reads are safe: the source may discard it. */
  release(): Promise<void>
  /**
   * Keeps its picture unchanged after the release, until the returned function is called; only sources that reuse memory need
   * that.
   */
  hold?(): () => void
  /** It cannot be read: the source stores it with the reason for examination, if it can. */
  reject(error: SightlineError): Promise<void>
}
