import type { VehicleLook } from '@sightline/recognition/vehicle/vehicle'
import type { Vehicle } from '@sightline/schemas/read'

/**
 * A read's vehicle: what somebody else says of it, and for the rest how it looks. Only what was told from the picture has
 * a certainty. Null where nothing is known; make and model are not told from a picture.
 */
export function vehicleOf(said: Vehicle | null, look: VehicleLook | null): Vehicle | null {
  const color = said?.color ? null : look?.color
  const kind = said?.kind ? null : look?.kind
  const view = said?.view ? null : look?.view
  if (!color && !kind && !view) return said
  return {
    make: said?.make ?? null,
    model: said?.model ?? null,
    color: color?.name ?? said?.color ?? null,
    kind: kind?.name ?? said?.kind ?? null,
    view: view?.name ?? said?.view ?? null,
    certainty: {
      color: color?.probability ?? null,
      kind: kind?.probability ?? null,
      view: view?.probability ?? null,
    },
  }
}
