import { createHash } from 'node:crypto'
import type { Link } from '@sightline/broker/link'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { SightlineError } from '@sightline/schemas/errors'
import { type PictureView, pictureViewParser } from '@sightline/schemas/picture-view'
import { PICTURE_VIEWS } from '@sightline/schemas/streams'
import { ignoreMalformed, replaceMalformed } from '../shared/left-out.ts'
import { openRecords } from '../shared/records.ts'
import type { Seal } from '../shared/seal.ts'

/** Who was shown which image (DSP-7): written only by the api, as it serves the bytes. */
export interface PictureViews {
  /**
   * Records that an image is served to a person.
   * @throws BROKER_UNREACHABLE, BROKER_FAILED: then it must not be served
   */
  note(person: string, picture: string, bytes: Uint8Array): Promise<void>
  /** The last view; views before `forget` do not count. */
  of(person: string, picture: string): Promise<PictureView | undefined>
  /** Makes earlier views not count: the person has just claimed the alert with these images. */
  forget(person: string, pictures: readonly string[]): Promise<void>
}

/** Name, in views, of the image that vendors sent of a read. */
export const pictureOfRead = (read: string): string => `read:${read}`

const viewKey = (person: string, picture: string): string =>
  createHash('sha256')
    .update(JSON.stringify([person, picture]))
    .digest('hex')

export const pictureSha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** @throws BROKER_FAILED when there is no bucket */
export async function openPictureViews(
  link: Link,
  { seal, clock, log }: { seal: Seal; clock: Clock; log: Logger },
): Promise<PictureViews> {
  const kind = {
    store: PICTURE_VIEWS,
    parser: pictureViewParser,
    what: 'view of a picture',
    seal,
    keyOf: ({ person, picture }: PictureView) => viewKey(person, picture),
  }
  const records = await openRecords(link, kind, log)
  return {
    note: async (person, picture, bytes) => {
      const key = viewKey(person, picture)
      const view: PictureView = { v: 1, person, picture, sha256: pictureSha256(bytes), at: instant(clock()) }
      const before = await records.find(key).catch(replaceMalformed(view))
      await records.put(key, view, before?.revision ?? 0).catch((error: SightlineError) => {
        // Shown in two places at once: the other process has recorded it.
        if (error.code !== 'CONFLICT') throw error
      })
    },
    of: async (person, picture) =>
      (await records.find(viewKey(person, picture)).catch(ignoreMalformed))?.value,
    forget: async (person, pictures) => {
      for (const picture of pictures) {
        const key = viewKey(person, picture)
        if (await records.find(key).catch(() => true)) await records.remove(key)
      }
    },
  }
}
