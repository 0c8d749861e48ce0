import { SightlineError } from '@sightline/schemas/errors'
import { MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE } from '@sightline/schemas/jpeg'
import sharp from 'sharp'
import type { Picture } from '../picture.ts'
import { MAX_PICTURE_BYTES, readPictureFile, tooManyBytes } from './file.ts'
import { formatOf } from './format.ts'
import { pictureOf } from './raw.ts'
import { rawOf } from './resize.ts'

/** Time limit of decoding, seconds; the largest image takes about one. */
const MAX_SECONDS = 10

/**
 * Opens an image file: JPEG, PNG or WebP, rotated upright by its EXIF orientation. The path may be a link.
 * @throws PICTURE_NOT_FOUND, PICTURE_NOT_READABLE, PICTURE_CORRUPT, PICTURE_TOO_LARGE
 */
export const openPicture = async (path: string): Promise<Picture> =>
  decodePicture(await readPictureFile(path, { followLinks: true }), path)

/**
 * Decodes the bytes of an image file.
 * @param name for error messages, usually its path
 * @throws PICTURE_CORRUPT, PICTURE_TOO_LARGE
 */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const format = formatOf(bytes)
  if (!format) {
    throw new SightlineError('PICTURE_CORRUPT', `${name} is not a JPEG, PNG or WebP image`, {
      hint: 'Its first bytes belong to another kind of file, whatever its name says. Convert it or leave it out.',
    })
  }
  if (bytes.length > MAX_PICTURE_BYTES) throw tooManyBytes(name)
  try {
    await checkHeader(bytes, name, format)
    const picture = sharp(bytes, { limitInputPixels: MAX_PICTURE_PIXELS, failOn: 'error', pages: 1 })
    const upright = picture.autoOrient().flatten().timeout({ seconds: MAX_SECONDS })
    return pictureOf(await rawOf(upright, 3))
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new SightlineError('PICTURE_CORRUPT', `cannot decode ${name}: ${reason}`, {
      cause,
      hint: 'The file is damaged or incomplete. Copy it again from its source.',
    })
  }
}

/** Checks the header before decoding: the format matches the signature, it is a single image, and not too large. */
async function checkHeader(bytes: Uint8Array, name: string, wanted: string): Promise<void> {
  const { format, width, height, pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata()
  if (format !== wanted) throw new Error(`its signature is ${wanted}, but its content is ${format}`)
  if (pages > 1) throw new Error('it is an animation, not a single image')
  const isLarge = Math.max(width, height) > MAX_PICTURE_SIDE || width * height > MAX_PICTURE_PIXELS
  if (isLarge) throw tooLarge(name, width, height)
}

function tooLarge(name: string, width: number, height: number): SightlineError {
  const megapixels = Math.round((width * height) / 1e6)
  return new SightlineError('PICTURE_TOO_LARGE', `${name} has ${width}×${height} pixels (${megapixels} MP)`, {
    hint: `The limit is ${MAX_PICTURE_PIXELS / 1e6} megapixels, and ${MAX_PICTURE_SIDE} pixels per side. Scale it down or crop it.`,
  })
}
