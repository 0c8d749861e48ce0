import type { VehicleLook } from '@sightline/recognition/vehicle/vehicle'

/** A person's observation of a vehicle; null, or without color: cannot be determined. */
export interface VehicleLabel {
  readonly color: readonly string[]
  readonly kind: string | null
  readonly view: string | null
}

export interface VehicleFigure {
  readonly metric: string
  /** Percent. */
  readonly value: number
  readonly vehicles: number
  [detail: string]: string | number
}

/**
 * For each fact: how many of the vehicles that a person could judge the network judges, how many of those correctly, and how
 * many would be correct with always the most frequent name. Pure.
 */
export function vehicleFigures(
  labels: readonly VehicleLabel[],
  looks: readonly VehicleLook[],
): VehicleFigure[] {
  const facts = {
    color: labels.map(({ color }) => color),
    kind: labels.map(({ kind }) => (kind === null ? [] : [kind])),
    view: labels.map(({ view }) => (view === null ? [] : [view])),
  }
  return Object.entries(facts).flatMap(([fact, truths]) => {
    const known = truths.flatMap((names, n) =>
      names.length > 0 ? [{ names, told: looks[n]![fact as keyof VehicleLook]?.name }] : [],
    )
    const told = known.filter(({ told }) => told !== undefined)
    const right = told.filter(({ names, told }) => names.includes(told!))
    const usual = Math.max(
      ...namesOf(known).map((name) => known.filter(({ names }) => names.includes(name)).length),
    )
    return [
      { metric: `${fact}_right`, value: percent(right.length, told.length), vehicles: told.length },
      { metric: `${fact}_told`, value: percent(told.length, known.length), vehicles: known.length },
      { metric: `${fact}_always`, value: percent(usual, known.length), vehicles: known.length },
    ]
  })
}

const namesOf = (known: readonly { names: readonly string[] }[]): string[] => [
  ...new Set(known.flatMap(({ names }) => names)),
]

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole)
