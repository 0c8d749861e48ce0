/** Pixels in memory, row by row from the top, channels interleaved (RGB or grey), 8 bits each. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
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
  /** The requested part, scaled with a filter that neither aliases nor blurs more than it must. */
  pixels(request: PixelRequest): Promise<Pixels>
}
