import type { Box } from '@sightline/recognition/geometry'
import type { Area, Picture, Pixels } from '@sightline/recognition/picture'
import { scaledArea, vehicleArea } from '@sightline/recognition/pictures/crop'
import { plateMeters } from '@sightline/recognition/vehicle/patch'
import sharp from 'sharp'
import { blackenUnseen, type Zones } from '../zones/zones.ts'
import { blurAbove } from './blur.ts'
import type { PictureRules } from './rules.ts'

/**
 * The part of a picture that shows the vehicle around a plate, by the plate's size: a car is about 1.9 m wide and 1.5 m
 * high, and its plate is in the middle, half a meter above the road. Everything beyond is street and neighbors; a truck
 * is cut off too.
 */
export function carArea(box: Box, picture: Picture): Area {
  const unit = plateMeters(box)
  const [x, y, w, h] = box
  const left = Math.max(0, Math.floor(x + w / 2 - CAR.half * unit))
  const top = Math.max(0, Math.floor(y - CAR.above * unit))
  const right = Math.min(picture.width, Math.ceil(x + w / 2 + CAR.half * unit))
  const bottom = Math.min(picture.height, Math.ceil(y + h + CAR.below * unit))
  return [left, top, Math.max(1, right - left), Math.max(1, bottom - top)]
}

/** How far a car extends from its plate, meters: half its width with the mirrors, its roof, the road. */
const CAR = { half: 1, above: 1, below: 0.5 }
/** A part of a picture, edited as its owner's rules require, as JPEG. */
export async function keptJpeg(
  picture: Picture,
  kind: 'plate' | 'vehicle',
  area: Area,
  box: Box,
  rules: PictureRules,
  zones: Zones,
): Promise<Uint8Array> {
  const pixels = await scaledArea(picture, area)
  const [x, y, w, h] = area
  const { width, height } = picture
  blackenUnseen(zones, pixels, {
    from: [x / width, y / height],
    to: [(x + w) / width, (y + h) / height],
  })
  if (kind === 'vehicle' && rules.windows === 'blurred') {
    const scale = pixels.width / w
    blurAbove(
      pixels,
      [(box[0] - x) * scale, (box[1] - y) * scale, box[2] * scale, box[3] * scale],
      plateMeters(box) * scale,
    )
  }
  return jpegOf(pixels)
}

export const areaOf = (rules: PictureRules, box: Box, picture: Picture): Area =>
  rules.vehicle === 'cut' ? carArea(box, picture) : vehicleArea(box, picture)

const jpegOf = ({ width, height, channels, data }: Pixels): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels } }).jpeg({ quality: 85 }).toBuffer()
