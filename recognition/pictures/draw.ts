import sharp, { type OverlayOptions } from 'sharp'
import type { PlateFinding } from '../engine.ts'
import type { Quad } from '../geometry.ts'
import type { Picture, Pixels } from '../picture.ts'

/** A green that no road, car or plate has, with a dark edge, so that it is visible on white and on black. */
const LINE = [0, 230, 118] as const
const EDGE = [16, 32, 24] as const
const hex = (color: readonly number[]) => `#${Buffer.from(color).toString('hex')}`

/** A line must be visible when a large picture is shown small: this share of the longer side, at least 2 pixels. */
const THICKNESS = 1 / 500

/**
 * The picture with the outlines of its plates and their texts, for people to look at. It does without SVG, whose decoder is
 * blocked where pictures of strangers are read (only-pictures.ts).
 * @returns a JPEG of the picture's size
 */
export async function drawPlates(picture: Picture, plates: readonly PlateFinding[]): Promise<Uint8Array> {
  const { width, height } = picture
  const pixels = await picture.pixels({ width, height, channels: 3 })
  const copy = { ...pixels, data: pixels.data.slice() }
  const line = Math.max(2, Math.round(Math.max(width, height) * THICKNESS))
  for (const { quad } of plates) drawOutline(copy, quad, 2 * line, EDGE)
  for (const { quad } of plates) drawOutline(copy, quad, line, LINE)
  const labels = await Promise.all(plates.map((plate) => labelOf(plate, picture, 9 * line)))
  return sharp(copy.data, { raw: { width, height, channels: 3 } })
    .composite(labels.filter((label) => label !== null))
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** Colors each pixel that is at most half of `thickness` away from a side of the quad. */
function drawOutline(pixels: Pixels, quad: Quad, thickness: number, color: readonly number[]): void {
  for (const [n, [x0, y0]] of quad.entries()) {
    const [x1, y1] = quad[(n + 1) % quad.length]!
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0)))
    for (let step = 0; step <= steps; step++) {
      const share = step / steps
      drawDot(pixels, x0 + share * (x1 - x0), y0 + share * (y1 - y0), thickness / 2, color)
    }
  }
}

function drawDot(
  { width, height, data }: Pixels,
  x: number,
  y: number,
  radius: number,
  color: readonly number[],
) {
  const [left, right] = [Math.max(0, Math.round(x - radius)), Math.min(width - 1, Math.round(x + radius))]
  const [top, bottom] = [Math.max(0, Math.round(y - radius)), Math.min(height - 1, Math.round(y + radius))]
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) data.set(color, (row * width + column) * 3)
}

/** What was read, above the plate; below it where there is no room above. Null where there is no room at all. */
async function labelOf(
  { quad, text, region, confidence }: PlateFinding,
  { width, height }: Picture,
  size: number,
): Promise<OverlayOptions | null> {
  const words = [text, region, `${Math.round(confidence * 100)} %`].filter(Boolean).join(' ')
  const markup = `<span foreground="${hex(LINE)}" background="${hex(EDGE)}"> ${escaped(words)} </span>`
  const rendered = await sharp({ text: { text: markup, font: 'sans bold', rgba: true, dpi: size * 5 } })
    .png()
    .toBuffer({ resolveWithObject: true })
  const { info } = rendered
  if (info.width > width || info.height > height) return null
  const above = Math.min(...quad.map(([, y]) => y)) - info.height - size / 3
  const below = Math.max(...quad.map(([, y]) => y)) + size / 3
  const within = (value: number, most: number) => Math.round(Math.min(Math.max(0, value), most))
  return {
    input: rendered.data,
    left: within(Math.min(...quad.map(([x]) => x)), width - info.width),
    top: within(above >= 0 ? above : below, height - info.height),
  }
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
