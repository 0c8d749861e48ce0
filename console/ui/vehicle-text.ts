import type { VehicleKind } from '@sightline/schemas/vehicle-words'
import type { Schema } from '../api/client.ts'

type Vehicle = NonNullable<Schema<'AlertView'>['read']['vehicle']>

export const KIND_NAMES: Readonly<Record<VehicleKind, string>> = {
  car: 'car',
  pickup: 'pickup',
  van: 'van',
  truck: 'truck',
  bus: 'bus',
  motorcycle: 'motorcycle',
}

const VIEWS = { front: 'seen from the front', rear: 'seen from the rear' }

/** From here on a fact that a network told stands without its probability. */
const SURE = 0.9

/** A vehicle in words, as far as a camera told it: `gray (74% sure) Toyota pickup, seen from the rear`. Empty: nothing. */
export function vehicleText(vehicle: Vehicle | null): string {
  const { certainty, make, model, color, kind, view } = vehicle ?? {}
  const sure = (word: string | null | undefined, p: number | null | undefined) =>
    word && (p == null || p >= SURE ? word : `${word} (${Math.floor(100 * p)}% sure)`)
  const parts = [sure(color, certainty?.color), make, model, sure(kind && KIND_NAMES[kind], certainty?.kind)]
  return [parts.filter(Boolean).join(' '), sure(view && VIEWS[view], certainty?.view)]
    .filter(Boolean)
    .join(', ')
}
