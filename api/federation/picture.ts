import { SightlineError } from '@sightline/schemas/errors'
import type { VendorPictureQuery } from '@sightline/schemas/vendor-search'
import { startDeadline } from './deadline.ts'
import type { PictureAnswer, Vendor } from './vendor.ts'

/** An image from a vendor's camera. */
export interface VendorPicture {
  vendor: string
  jpeg: Uint8Array
  /** Not taken by a camera: the vendor drew it. */
  isSimulated: boolean
}

/**
 * The image of a read, from the first vendor that has it; each vendor has its own deadline.
 * @throws NOT_FOUND when none has it, SOURCE_UNAVAILABLE when one might, but did not answer
 */
export async function pictureFrom(
  vendors: readonly Vendor[],
  of: VendorPictureQuery,
  caller?: AbortSignal,
): Promise<VendorPicture> {
  const unanswered: string[] = []
  for (const vendor of vendors) {
    const answer = await askOne(vendor, of, caller)
    if (answer.state === 'complete') {
      const { jpeg, isSimulated } = answer
      return { vendor: vendor.id, jpeg, isSimulated }
    }
    if (answer.state !== 'missing') unanswered.push(`${vendor.id}: ${answer.reason}`)
  }
  if (unanswered.length === 0) throw new SightlineError('NOT_FOUND', 'no vendor has an image of this read')
  throw new SightlineError('SOURCE_UNAVAILABLE', `could not get the image: ${unanswered.join('; ')}`, {
    hint: 'Try again in a moment.',
  })
}

async function askOne(vendor: Vendor, of: VendorPictureQuery, caller?: AbortSignal): Promise<PictureAnswer> {
  const { signal, end } = startDeadline(vendor.deadlineMs, caller)
  return vendor.picture(of, { signal, caller }).finally(end)
}
