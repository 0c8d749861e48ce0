/** The eleven basic color terms of English (Berlin and Kay, 1969), used by people and by the vehicle network. */
export const BASIC_COLORS = [
  'black',
  'white',
  'red',
  'green',
  'yellow',
  'blue',
  'brown',
  'orange',
  'pink',
  'purple',
  'gray',
] as const
export type BasicColor = (typeof BASIC_COLORS)[number]

/** Names of paints, as vendors and plate readers use them, by the basic color that a person may call them. */
const PAINTS: ReadonlyMap<string, BasicColor> = new Map(
  Object.entries({
    grey: 'gray',
    silver: 'gray',
    charcoal: 'gray',
    beige: 'brown',
    tan: 'brown',
    gold: 'brown',
    bronze: 'brown',
    maroon: 'red',
    burgundy: 'red',
    navy: 'blue',
    turquoise: 'blue',
    teal: 'green',
    cream: 'white',
  } satisfies Record<string, BasicColor>),
)

/** Every name of a known color. */
export const COLOR_NAMES: readonly string[] = [...BASIC_COLORS, ...PAINTS.keys()]

const plain = (name: string): string => name.trim().toLowerCase()

/** The basic color of a name, ignoring case; an unknown name is returned as it is. */
export function basicColor(name: string): string {
  const word = plain(name)
  return PAINTS.get(word) ?? word
}

/** All names that mean the same basic color as this one, the basic name first: `gray`, `grey`, `silver`, `charcoal`. */
export function namesOfColor(name: string): string[] {
  const basic = basicColor(name)
  return [basic, ...[...PAINTS].flatMap(([paint, of]) => (of === basic ? [paint] : []))]
}

export const isSameColor = (a: string, b: string): boolean => basicColor(a) === basicColor(b)

/** Kinds of vehicles that a read may say. Every passenger car is a `car`, with or without four-wheel drive. */
export const VEHICLE_KINDS = ['car', 'pickup', 'van', 'truck', 'bus', 'motorcycle'] as const
export type VehicleKind = (typeof VEHICLE_KINDS)[number]
export const VEHICLE_VIEWS = ['front', 'rear'] as const
export type VehicleView = (typeof VEHICLE_VIEWS)[number]

/** Kinds that somebody may mean who asks for this one: in America a pickup is a truck. */
export const kindsMeant = (kind: VehicleKind): readonly VehicleKind[] =>
  kind === 'truck' ? ['truck', 'pickup'] : [kind]
