import sharp from 'sharp'

/** The decoders for the formats of format.ts; all others in libvips (SVG, GIF, TIFF, HEIF, …) are blocked. */
const LOADERS = ['Jpeg', 'Png', 'Webp'].flatMap((format) =>
  ['Buffer', 'File', 'Source'].map((from) => `VipsForeignLoad${format}${from}`),
)

/**
 * Blocks, for the whole process, every decoder except those for JPEG, PNG and WebP. For programs that read files from
 * strangers; one that draws (the vendor simulator, benchmarks) needs SVG, and reads only its own files.
 */
export function allowOnlyPictures(): void {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS })
}
