/** The accepted formats: a library that knows more would open anything a stranger sends. */
export type PictureFormat = 'jpeg' | 'png' | 'webp'

export const JPEG = Buffer.from([0xff, 0xd8, 0xff])
export const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
export const RIFF = Buffer.from('RIFF')
const WEBP = Buffer.from('WEBP')
/** Offset of these letters, after the file size. */
const WEBP_AT = 8

/** Checks the whole signature: a partial check would accept files that only share some letters of it. */
export function formatOf(bytes: Uint8Array): PictureFormat | undefined {
  const has = (signature: Uint8Array, at = 0) => signature.every((byte, i) => bytes[at + i] === byte)
  if (has(JPEG)) return 'jpeg'
  if (has(PNG)) return 'png'
  return has(RIFF) && has(WEBP, WEBP_AT) ? 'webp' : undefined
}
