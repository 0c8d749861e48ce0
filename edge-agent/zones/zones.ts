import { crossing, isInPolygon, type PlanePoint } from '@sightline/geometry/plane'
import type { Box, Quad } from '@sightline/recognition/geometry'
import { center } from '@sightline/recognition/geometry'
import type { Pixels } from '@sightline/recognition/picture'
import Type, { type Static } from 'typebox'

/**
 * Where in its picture a camera looks. Positions are shares of the picture's width and height (0 to 1, from the top left), so
 * they are valid for any size that the camera sends. Pure.
 */

const Share = Type.Number({ minimum: 0, maximum: 1 })
const Place = Type.Tuple([Share, Share])
const Polygon = Type.Array(Place, { minItems: 3, maxItems: 50 })
const closed = { additionalProperties: false } as const

export const Zones = Type.Object(
  {
    /** Areas that are ignored: nothing in them is examined, counts as movement, or is kept. */
    ignore: Type.Optional(Type.Array(Polygon, { maxItems: 20 })),
    /** If there are any, everything outside of them is ignored. */
    only: Type.Optional(Type.Array(Polygon, { maxItems: 20 })),
    /** A pass counts only when its plate crosses this line from its left to its right, seen from `from` to `to`. */
    line: Type.Optional(Type.Object({ from: Place, to: Place }, closed)),
  },
  closed,
)
export type Zones = Static<typeof Zones>

interface Size {
  readonly width: number
  readonly height: number
}

/** Zones that have the same effect as none. */
export const isEmpty = ({ ignore = [], only = [], line }: Zones): boolean =>
  ignore.length === 0 && only.length === 0 && line === undefined

/** Whether a place is examined. @param place shares of the picture */
export const isLookedAt = ({ ignore = [], only = [] }: Zones, place: PlanePoint): boolean =>
  !ignore.some((polygon) => isInPolygon(polygon, place)) &&
  (only.length === 0 || only.some((polygon) => isInPolygon(polygon, place)))

/** The findings whose center is examined. @param size of the picture that contains them */
export function lookedAt<Finding extends { readonly quad: Quad }>(
  zones: Zones,
  findings: readonly Finding[],
  size: Size,
): readonly Finding[] {
  if (!hasAreas(zones)) return findings
  return findings.filter(({ quad }) => {
    const [x, y] = center(quad)
    return isLookedAt(zones, [x / size.width, y / size.height])
  })
}

/** Whether a plate's movement crosses the line in its direction; without a line, every movement does. */
export function counts({ line }: Zones, early: Box, late: Box, { width, height }: Size): boolean {
  if (!line) return true
  const place = ([x, y, w, h]: Box): PlanePoint => [(x + w / 2) / width, (y + h / 2) / height]
  return crossing([line.from, line.to], place(early), place(late)) === 'forward'
}

const hasAreas = ({ ignore = [], only = [] }: Zones) => ignore.length + only.length > 0

/**
 * Makes the ignored parts black, in place.
 * @param area the part of the picture that the pixels show, in shares of it; default: all
 */
export function blackenUnseen<P extends Pixels>(
  zones: Zones,
  pixels: P,
  area: { readonly from: PlanePoint; readonly to: PlanePoint } = { from: [0, 0], to: [1, 1] },
): P {
  if (!hasAreas(zones)) return pixels
  const { width, height, channels, data } = pixels
  const { from, to } = area
  for (let y = 0; y < height; y++) {
    const shareY = from[1] + ((y + 0.5) / height) * (to[1] - from[1])
    for (let x = 0; x < width; x++) {
      const shareX = from[0] + ((x + 0.5) / width) * (to[0] - from[0])
      if (isLookedAt(zones, [shareX, shareY])) continue
      const at = (y * width + x) * channels
      data.fill(0, at, at + channels)
    }
  }
  return pixels
}
