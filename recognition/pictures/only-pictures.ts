import sharp from 'sharp'

/** What decodes the formats of format.ts; all else that libvips knows (SVG, GIF, TIFF, HEIF, …) is shut off. */
const LOADERS = ['Jpeg', 'Png', 'Webp'].flatMap((format) =>
  ['Buffer', 'File', 'Source'].map((from) => `VipsForeignLoad${format}${from}`),
)

/**
 * Shuts off, for the whole process, every decoder but those for JPEG, PNG and WebP. For programs that read what strangers
 * send; one that draws (the vendor simulator, benchmarks) needs SVG, and reads nothing but its own.
 */
export function allowOnlyPictures(): void {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS })
}
