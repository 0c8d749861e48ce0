/** Pixels in memory, row by row from the top, channels interleaved (RGB or gray), 8 bits each. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/**
 * A frame as decoders of video give it (YUV 4:2:0, limited range): a plane of light, 16 (black) to 235 (white), row by
 * row, then two of color, half as wide and half as high, rounded up.
 */
export interface VideoFrame {
  readonly width: number
  readonly height: number
  /** How color was taken apart: ITU-R BT.601, or BT.709 as most high-definition video has it. */
  readonly matrix: 'bt601' | 'bt709'
  readonly data: Uint8Array
}

/** A part of a picture: [x, y, width, height] in whole picture pixels. */
export type Area = readonly [x: number, y: number, width: number, height: number]

/** What to take out of a picture: `area` (default: all of it) scaled to `width` × `height`. */
export interface PixelRequest {
  readonly area?: Area
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/**
 * One picture as an engine sees it: its size, and its pixels at whatever scale the engine asks for. Where the
 * pixels come from (a file, a camera's frame) is not the engine's business.
 */
export interface Picture {
  readonly width: number
  readonly height: number
  /** All of it as it lies in memory: for another thread, or for who wants no more than its light. */
  readonly stored: Pixels | VideoFrame
  /** The requested part, scaled with a filter that neither aliases nor blurs more than it must. */
  pixels(request: PixelRequest): Promise<Pixels>
}
