import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { SightlineError } from '../../schemas/errors.ts'
import type { Picture } from '../recognition/picture.ts'
import type { RawPixels } from './checked.ts'
import { pictureOf } from './raw.ts'
import { rawOf } from './resize.ts'

/** A larger picture is refused before it is decoded: it would take more than 300 MB of memory. */
export const MAX_PICTURE_PIXELS = 100_000_000

/**
 * Opens a picture file: JPEG, PNG or WebP, turned upright as its EXIF orientation says.
 * @throws PICTURE_NOT_FOUND, PICTURE_NOT_READABLE, PICTURE_CORRUPT, PICTURE_TOO_LARGE
 */
export async function openPicture(path: string): Promise<Picture> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw fileError(path, cause)
  }
  return decodePicture(bytes, path)
}

/**
 * Decodes the bytes of a picture file.
 * @param name how errors call it, usually its path
 * @throws PICTURE_CORRUPT, PICTURE_TOO_LARGE
 */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  if (!hasKnownSignature(bytes)) {
    throw new SightlineError('PICTURE_CORRUPT', `${name} is not a JPEG, PNG or WebP picture`, {
      hint: 'Its first bytes are those of another kind of file, whatever its name says; convert it or leave it out.',
    })
  }
  return pictureOf(await decoded(bytes, name))
}

async function decoded(bytes: Uint8Array, name: string): Promise<RawPixels> {
  try {
    // The size is in the header: a picture beyond the limit is refused before it is decoded.
    const picture = sharp(bytes, { limitInputPixels: MAX_PICTURE_PIXELS, failOn: 'error' })
    return await rawOf(picture.autoOrient().flatten(), 3)
  } catch (cause) {
    const size = await sharp(bytes, { limitInputPixels: false })
      .metadata()
      .catch(() => null)
    if (size && size.width * size.height > MAX_PICTURE_PIXELS) throw tooLarge(name, size.width, size.height)
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new SightlineError('PICTURE_CORRUPT', `${name} cannot be decoded: ${reason}`, {
      cause,
      hint: 'The file is damaged or was not written to its end; fetch it again from where it came.',
    })
  }
}

function tooLarge(name: string, width: number, height: number): SightlineError {
  const megapixels = Math.round((width * height) / 1e6)
  return new SightlineError('PICTURE_TOO_LARGE', `${name} has ${width}×${height} pixels (${megapixels} MP)`, {
    hint: `The limit is ${MAX_PICTURE_PIXELS / 1e6} megapixels; scale it down or cut it.`,
  })
}

/** Only these decoders of libvips ever see a stranger's bytes. */
function hasKnownSignature(bytes: Uint8Array): boolean {
  const ascii = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))
  const jpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
  return jpeg || ascii(1, 4) === 'PNG' || (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP')
}

/** What the file system said, as an error of ours. */
export function fileError(path: string, cause: unknown): SightlineError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new SightlineError('PICTURE_NOT_FOUND', `${path} does not exist`, {
      cause,
      hint: 'Check the spelling; name a file, a folder or a glob in quotes.',
    })
  }
  return new SightlineError('PICTURE_NOT_READABLE', `${path} cannot be read (${code ?? cause})`, {
    cause,
    hint: 'Check the permissions of the file and of the folders above it.',
  })
}
