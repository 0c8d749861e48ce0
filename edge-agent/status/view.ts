import type { PlateFinding } from '@sightline/recognition/engine'
import { quadWidth } from '@sightline/recognition/geometry'
import type { Picture } from '@sightline/recognition/picture'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import sharp from 'sharp'
import type { UnsurePass } from '../camera/unsure.ts'
import type { Zones } from '../zones/zones.ts'

/** One camera as the status page shows it. */
export interface CameraView {
  id: string
  health: CameraHealth
  /** Its latest frame; null before the first. */
  frame: FrameView | null
  /** Recent passes whose confidence was too low for a read, newest first. */
  unsure: readonly UnsurePass[]
  zones: Zones
}

export interface FrameView {
  /** Milliseconds since 1970. */
  seenAt: number
  /** Of the camera's own picture, to which `findings` refer. */
  width: number
  height: number
  findings: readonly PlateFinding[]
  /** The frame, possibly smaller; only requested while somebody views the page. */
  jpeg(): Promise<Uint8Array>
}

/** Wide enough for aiming, small enough for a phone's connection. */
const MAX_WIDTH = 1280

/**
 * A frame for the status page. Its JPEG is made on the first request, and the picture must not change until the next frame. A
 * request copies the picture at once, so later changes do not matter.
 */
export function viewFrame(picture: Picture, seenAt: number, findings: readonly PlateFinding[]): FrameView {
  const { width, height } = picture
  const scale = Math.min(1, MAX_WIDTH / width)
  const size = { width: Math.round(width * scale), height: Math.max(1, Math.round(height * scale)) }
  let made: Promise<Uint8Array> | undefined
  return {
    seenAt,
    width,
    height,
    findings,
    jpeg() {
      made ??= picture.pixels({ ...size, channels: 3 }).then(({ data, channels }) =>
        sharp(data, { raw: { ...size, channels } })
          .jpeg({ quality: 75 })
          .toBuffer(),
      )
      return made
    },
  }
}

/** A camera's data for the page, as JSON; the picture is fetched by its `seenAt`, an unsure pass's by its `id`. */
export function describeView({ id, health, frame, unsure, zones }: CameraView) {
  return {
    id,
    health,
    frame: frame && describeFrame(frame),
    unsure: unsure.map(({ jpeg: _, ...pass }) => pass),
    zones,
  }
}

function describeFrame({ seenAt, width, height, findings }: FrameView) {
  const plates = findings.map(({ text, confidence, quad }) => {
    const widthPx = Math.round(quadWidth(quad))
    return { text, confidence, quad, widthPx, size: sizeOf(widthPx) }
  })
  return { seenAt, width, height, plates }
}

/** Whether a plate is large enough to be read well. @param widthPx pixels of the camera's own picture */
export function sizeOf(widthPx: number): 'good' | 'marginal' | 'small' {
  if (widthPx >= 80) return 'good'
  return widthPx >= 60 ? 'marginal' : 'small'
}
