import { middleOf } from '@sightline/geometry/great-circle'
import type { MapArea, MapPoint, Place } from '../../map/types.ts'
import { type CornersFault, cornersFault, cornersOf, fieldsOf, positionOf } from './place.ts'
import { type Area, POSITION_RADIUS_M, type Wanted } from './wanted.ts'

/** A place being picked on the map. */
export interface PlaceDraft {
  kind: 'circle' | 'polygon'
  center: Place | null
  radiusM: number
  corners: readonly Place[]
}

/** The form's place if it is a shape; otherwise empty. */
export function draftOf({ place, radiusM }: Pick<Wanted, 'place' | 'radiusM'>): PlaceDraft {
  const corners = cornersOf(place)
  return {
    kind: corners ? 'polygon' : 'circle',
    center: positionOf(place),
    radiusM: radiusM ?? POSITION_RADIUS_M,
    corners: corners ?? [],
  }
}

/** The user clicked on the map: the center of the circle, or one more corner. */
export const withPick = (draft: PlaceDraft, at: Place): PlaceDraft =>
  draft.kind === 'circle' ? { ...draft, center: at } : { ...draft, corners: [...draft.corners, at] }

/** The kind of shape changes: a circle starts where the area was. */
export function withKind(draft: PlaceDraft, kind: PlaceDraft['kind']): PlaceDraft {
  const { center, corners } = draft
  return { ...draft, kind, center: center ?? middleOf(corners) ?? null }
}

export const withCorner = (draft: PlaceDraft, n: number, at: Place): PlaceDraft => ({
  ...draft,
  corners: draft.corners.with(n, at),
})

export const withoutCorner = (draft: PlaceDraft, n: number): PlaceDraft => ({
  ...draft,
  corners: draft.corners.toSpliced(n, 1),
})

export type DraftFault = CornersFault | 'center'

/** Why it is not a valid place yet; null if it is. */
export const draftFault = ({ kind, center, corners }: PlaceDraft): DraftFault | null =>
  kind === 'circle' ? (center ? null : 'center') : cornersFault(corners)

const areaOf = ({ kind, center, radiusM, corners }: PlaceDraft): Area | null => {
  if (kind === 'circle') return center && { ...center, radiusM }
  return { polygon: [...corners] }
}

/** The draft as a text for the form; null while it is not valid. */
export function placeOf(draft: PlaceDraft): Pick<Wanted, 'place' | 'radiusM'> | null {
  const area = areaOf(draft)
  return area && draftFault(draft) === null ? fieldsOf(area) : null
}

/** What the map draws: the shape if it has an inside, and a marker for each corner. */
export function drawDraft(draft: PlaceDraft): { areas: MapArea[]; points: MapPoint[] } {
  const { kind, center, radiusM, corners } = draft
  const mark = (at: Place, n: number): MapPoint => ({
    ...at,
    id: String(n),
    kind: 'place',
    label: String(n + 1),
    caption: String(n + 1),
  })
  if (kind === 'circle') {
    return center
      ? { areas: [{ ...center, radiusM }], points: [{ ...mark(center, 0), caption: '' }] }
      : NOTHING
  }
  return { areas: corners.length < 3 ? [] : [{ polygon: corners }], points: corners.map(mark) }
}

const NOTHING = { areas: [], points: [] }
