import type { Box } from '@sightline/recognition/geometry'
import type { Area, Picture } from '@sightline/recognition/picture'
import sharp from 'sharp'
import { openLabeled, type PictureSet } from './pictures.ts'
import { isRight, type Sample, type SingleRead, singleReads } from './scoring.ts'

/** Size of one failure on the sheet, in pixels, with its two lines of text. */
const [WIDTH, HEIGHT, TEXT] = [240, 120, 40]
const COLUMNS = 6
/** Nobody looks at more than these. */
const MOST = 120

/**
 * Wrong reads for visual inspection: each plate as in the picture, the truth, and below it the reading with its confidence.
 * @returns a PNG, or null if everything was right
 */
export async function failureSheet(set: PictureSet, samples: readonly Sample[]): Promise<Buffer | null> {
  const failures = singleReads(samples)
    .filter(({ label, best }) => label.text !== null && !isRight(label, best))
    .slice(0, MOST)
  if (failures.length === 0) return null
  const tiles = await Promise.all(failures.map((failure) => tile(set, failure)))
  const rows = Math.ceil(tiles.length / COLUMNS)
  return sharp({
    create: { width: COLUMNS * WIDTH, height: rows * (HEIGHT + TEXT), channels: 3, background: '#fff' },
  })
    .composite(
      tiles.map((input, i) => ({
        input,
        left: (i % COLUMNS) * WIDTH,
        top: Math.floor(i / COLUMNS) * (HEIGHT + TEXT),
      })),
    )
    .png()
    .toBuffer()
}

async function tile(set: PictureSet, { sample, label, best }: SingleRead): Promise<Buffer> {
  const picture = await openLabeled(set.pictures.find(({ name }) => name === sample.name)!)
  const area = label.box ? around(label.box, picture) : ([0, 0, picture.width, picture.height] as const)
  const scale = Math.min(WIDTH / area[2], HEIGHT / area[3])
  const [width, height] = [area[2], area[3]].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ]
  const { data } = await picture.pixels({ area, width, height, channels: 3 })
  const crop = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
  const reading = best ? `${best.text} ${best.confidence.toFixed(2)} ${best.region ?? ''}` : 'nothing found'
  const words = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${TEXT}" font-family="monospace" font-size="15">
    <text x="4" y="16">${label.text} ${label.region ?? ''}</text><text x="4" y="34" fill="#b00">${reading}</text></svg>`
  return sharp({ create: { width: WIDTH, height: HEIGHT + TEXT, channels: 3, background: '#fff' } })
    .composite([
      { input: crop, left: 0, top: 0 },
      { input: Buffer.from(words), left: 0, top: HEIGHT },
    ])
    .png()
    .toBuffer()
}

/** The plate with a quarter of its size around it. */
function around([x, y, w, h]: Box, { width, height }: Picture): Area {
  const [left, top] = [Math.max(0, Math.floor(x - w / 4)), Math.max(0, Math.floor(y - h / 4))]
  const right = Math.min(width, Math.ceil(x + 1.25 * w))
  const bottom = Math.min(height, Math.ceil(y + 1.25 * h))
  return [left, top, right - left, bottom - top]
}
