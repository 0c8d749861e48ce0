import type { Box } from '@sightline/recognition/geometry'
import type { Picture } from '@sightline/recognition/picture'
import { cropJpeg, plateArea, vehicleArea } from '@sightline/recognition/pictures/crop'
import { decodePicture } from '@sightline/recognition/pictures/open'
import type { Logger } from '@sightline/runtime/log'
import { toSightlineError } from '@sightline/schemas/errors'
import type { PictureKind } from '@sightline/schemas/subjects'
import type { Reading } from './reading.ts'

/** A reading's pictures, decoded; invalid ones are left out. */
export type Decoded = { readonly [K in keyof Reading['pictures']]?: Picture }

/** Decodes a reading's pictures. An invalid one is logged; the reading remains without it. */
export async function decodePictures(reading: Reading, camera: string, log: Logger): Promise<Decoded> {
  const decoded: Record<string, Picture> = {}
  for (const [kind, bytes] of Object.entries(reading.pictures)) {
    try {
      decoded[kind] = await decodePicture(bytes, `the ${kind} picture of ${camera}`)
    } catch (thrown) {
      log.warn({ err: toSightlineError(thrown), camera }, 'a plate reader sent a picture that cannot be used')
    }
  }
  return decoded
}

/**
 * The pictures of a read, re-encoded, so that the agency only gets bytes that we made. If there is no picture of the
 * plate, it is cut out of the scene at the place that the plate reader gives.
 */
export async function picturesOf(
  decoded: Decoded,
  box: Readonly<Box> | undefined,
): Promise<Map<PictureKind, Uint8Array>> {
  const { scene, vehicle, plate } = decoded
  const inside = scene && box && fits(box, scene) ? ([...box] as Box) : undefined
  const made = new Map<PictureKind, Uint8Array>()
  if (plate) made.set('plate', await whole(plate))
  else if (scene && inside) made.set('plate', await cropJpeg(scene, plateArea(inside, scene)))
  if (scene && inside) made.set('vehicle', await cropJpeg(scene, vehicleArea(inside, scene)))
  else if (vehicle ?? scene) made.set('vehicle', await whole((vehicle ?? scene)!))
  return made
}

const whole = (picture: Picture) => cropJpeg(picture, [0, 0, picture.width, picture.height])

/** A plate reader may send anything: a box outside the picture is ignored. */
export const fits = ([x, y, w, h]: Readonly<Box>, { width, height }: Picture): boolean =>
  x >= 0 && y >= 0 && w >= 1 && h >= 1 && x + w <= width && y + h <= height
