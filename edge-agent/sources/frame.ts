import type { Picture } from '@sightline/recognition/picture'
import type { SightlineError } from '@sightline/schemas/errors'

/** One picture of a camera, wherever it comes from. */
export interface Frame {
  /** How messages call it: a path, or an address without credentials. */
  name: string
  /** When it was taken, milliseconds since 1970. */
  seenAt: number
  /** Frames of a live stream that went missing just before this one; nobody else can tell. */
  missed?: number
  /** @throws PICTURE_CORRUPT, PICTURE_TOO_LARGE … */
  open(): Promise<Picture>
  /** Its reads are safe: the source may forget it. */
  release(): Promise<void>
  /**
   * Keeps its picture as it is beyond the release, until the function returned is called; only sources that use memory
   * again need that.
   */
  hold?(): () => void
  /** It cannot be read: the source keeps it with the reason where it can be looked at, if it can. */
  reject(error: SightlineError): Promise<void>
}
