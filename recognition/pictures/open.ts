import { SightlineError } from '@sightline/schemas/errors'
import { MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE } from '@sightline/schemas/jpeg'
import sharp from 'sharp'
import type { Picture } from '../picture.ts'
import { MAX_PICTURE_BYTES, readPictureFile, tooManyBytes } from './file.ts'
import { formatOf } from './format.ts'
import { pictureOf } from './raw.ts'
import { rawOf } from './resize.ts'

/** Most time that decoding may take, seconds; the largest picture takes about one. */
const MAX_SECONDS = 10

/**
 * Opens a picture file: JPEG, PNG or WebP, turned upright as its EXIF orientation says. Whoever names it may name a link.
 * @throws PICTURE_NOT_FOUND, PICTURE_NOT_READABLE, PICTURE_CORRUPT, PICTURE_TOO_LARGE
 */
export const openPicture = async (path: string): Promise<Picture> =>
  decodePicture(await readPictureFile(path, { followLinks: true }), path)

/**
 * Decodes the bytes of a picture file.
 * @param name how errors call it, usually its path
 * @throws PICTURE_CORRUPT, PICTURE_TOO_LARGE
 */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const format = formatOf(bytes)
  if (!format) {
    throw new SightlineError('PICTURE_CORRUPT', `${name} is not a JPEG, PNG or WebP picture`, {
      hint: 'Its first bytes are those of another kind of file, whatever its name says; convert it or leave it out.',
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
    throw new SightlineError('PICTURE_CORRUPT', `${name} cannot be decoded: ${reason}`, {
      cause,
      hint: 'The file is damaged or was not written to its end; fetch it again from where it came.',
    })
  }
}

/** What the header tells, before anything is decoded: that it is what its signature says, one picture, and not too large. */
async function checkHeader(bytes: Uint8Array, name: string, wanted: string): Promise<void> {
  const { format, width, height, pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata()
  if (format !== wanted) throw new Error(`it begins as ${wanted}, and is ${format}`)
  if (pages > 1) throw new Error('it is an animation, and no single picture')
  const isLarge = Math.max(width, height) > MAX_PICTURE_SIDE || width * height > MAX_PICTURE_PIXELS
  if (isLarge) throw tooLarge(name, width, height)
}

function tooLarge(name: string, width: number, height: number): SightlineError {
  const megapixels = Math.round((width * height) / 1e6)
  return new SightlineError('PICTURE_TOO_LARGE', `${name} has ${width}×${height} pixels (${megapixels} MP)`, {
    hint: `The limit is ${MAX_PICTURE_PIXELS / 1e6} megapixels, and ${MAX_PICTURE_SIDE} pixels a side; scale it down or cut it.`,
  })
}
