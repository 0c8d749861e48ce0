import type { Alert } from '@sightline/schemas/alert'
import { SightlineError } from '@sightline/schemas/errors'
import type { PictureView } from '@sightline/schemas/picture-view'
import type { PictureStore } from '../pictures/store.ts'
import { pictureSha256 } from '../pictures/views.ts'
import { CLAIM_MS } from './work.ts'

/** An existing image. */
export interface Shown {
  name: string
  sha256: string
}

/** Names of an alert's images, the plate first. */
export const picturesOf = ({ read: { pictures } }: Alert): string[] =>
  [pictures.plate, pictures.vehicle].filter((name) => name !== null)

/**
 * The image for judging an alert: of the plate, else of the vehicle; null when there is none, or it is no longer kept.
 */
export async function findJudgedPicture(pictures: PictureStore, alert: Alert): Promise<Shown | null> {
  for (const name of picturesOf(alert)) {
    try {
      return { name, sha256: pictureSha256(await pictures.get(name)) }
    } catch (error) {
      if ((error as SightlineError).code !== 'NOT_FOUND') throw error
    }
  }
  return null
}

/**
 * Requires that the person who judges an image was shown exactly that image (DSP-7).
 * @param view of this person and image, since the claim
 * @throws PICTURE_NOT_SEEN
 */
export function mustHaveLooked(
  view: Pick<PictureView, 'sha256'> | undefined,
  { sha256 }: Pick<Shown, 'sha256'>,
): void {
  if (view?.sha256 === sha256) return
  const why = view
    ? 'the image has changed since you looked at it'
    : 'you have not looked at its image since you claimed the alert'
  throw new SightlineError('PICTURE_NOT_SEEN', `${why} (DSP-7)`, {
    hint: 'Look at the image, then enter the plate you see.',
  })
}

/**
 * Requires the same for a vendor's read. Nobody claims a read, so the view must be recent.
 * @returns SHA-256 of the image
 * @throws PICTURE_NOT_SEEN
 */
export function requireLookAtRead(view: PictureView | undefined, now: number): string {
  if (view && now - Date.parse(view.at) <= CLAIM_MS) return view.sha256
  throw new SightlineError(
    'PICTURE_NOT_SEEN',
    'you have not looked at the image of this read in the last 15 minutes (DSP-7)',
    { hint: 'Look at the image, then enter the plate you see. A lookout needs an image.' },
  )
}
