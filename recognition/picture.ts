/** Pixels in memory, row by row from the top, channels interleaved (RGB or gray), 8 bits each. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/**
 * A frame from a video decoder (YUV 4:2:0, limited range): a luma plane, 16 (black) to 235 (white), row by row, then
 * two of color, half as wide and half as high, rounded up.
 */
export interface VideoFrame {
  readonly width: number
  readonly height: number
  /** How color was encoded: ITU-R BT.601, or BT.709 as in most high-definition video. */
  readonly matrix: 'bt601' | 'bt709'
  readonly data: Uint8Array
}

/** A part of an image: [x, y, width, height] in whole pixels. */
export type Area = readonly [x: number, y: number, width: number, height: number]

/** The part of an image to return: `area` (default: all of it) scaled to `width` × `height`. */
export interface PixelRequest {
  readonly area?: Area
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/**
 * One image as an engine sees it: its size, and its pixels at any scale. The source of the pixels (a file, a camera's
 * frame) does not matter to the engine.
 */
export interface Picture {
  readonly width: number
  readonly height: number
  /** All of it as it is in memory: for another thread, or for callers that only need its luma. */
  readonly stored: Pixels | VideoFrame
  /** The requested part, scaled with a filter that neither aliases nor blurs more than necessary. */
  pixels(request: PixelRequest): Promise<Pixels>
}
