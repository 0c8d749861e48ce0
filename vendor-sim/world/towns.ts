import { SightlineError } from '@sightline/schemas/errors'
import { portOfEntry } from '@sightline/schemas/ports-of-entry'

/**
 * Border towns, each with its neighbor across, on a grid of streets around the port of entry between them.
 * Nobody commutes between two towns.
 */
export interface Town {
  /** Short name, e.g. `san-diego`. */
  readonly area: string
  /** As addresses have it, e.g. `San Ysidro, CA`. */
  readonly name: string
  /** The neighbor's, e.g. `Tijuana, BC`. */
  readonly across: string
  /** The crossing, degrees. */
  readonly lat: number
  readonly lon: number
}

function town(area: string, portCode: string, name: string, across: string): Town {
  const port = portOfEntry(portCode)
  if (!port) throw new SightlineError('INTERNAL', `there is no port of entry ${portCode}`)
  return { area, name, across, lat: port.lat, lon: port.lon }
}

/** In the order in which worlds of more cameras take them in. */
export const TOWNS: readonly Town[] = [
  town('san-diego', '2504', 'San Ysidro, CA', 'Tijuana, BC'),
  town('el-paso', '2402', 'El Paso, TX', 'Ciudad Juarez, CHIH'),
  town('laredo', '2304', 'Laredo, TX', 'Nuevo Laredo, TAMPS'),
  town('calexico', '2503', 'Calexico, CA', 'Mexicali, BC'),
  town('nogales', '2604', 'Nogales, AZ', 'Heroica Nogales, SON'),
  town('brownsville', '2301', 'Brownsville, TX', 'Matamoros, TAMPS'),
  town('hidalgo', '2305', 'Hidalgo, TX', 'Reynosa, TAMPS'),
  town('eagle-pass', '2303', 'Eagle Pass, TX', 'Piedras Negras, COAH'),
  town('del-rio', '2302', 'Del Rio, TX', 'Ciudad Acuna, COAH'),
  town('douglas', '2601', 'Douglas, AZ', 'Agua Prieta, SON'),
]

/** Streets from west to east, and from south to north: those of the first rows are across the border. */
export const COLUMNS = 20
export const ROWS_ACROSS = 5
export const ROWS = ROWS_ACROSS + 20
/** The street that crosses the border. */
export const CROSSING_COLUMN = 10

/** Distance between two crossings of streets: about 670 meters each way. */
export const STEP_LAT = 0.006
export const STEP_LON = 0.0072

/** A crossing of two streets: column + COLUMNS × row. */
export type Node = number

export const nodeAt = (column: number, row: number): Node => column + COLUMNS * row
export const columnOf = (node: Node): number => node % COLUMNS
export const rowOf = (node: Node): number => Math.floor(node / COLUMNS)
export const isAcross = (node: Node): boolean => rowOf(node) < ROWS_ACROSS

/** Where a crossing lies, degrees to a decimeter. */
export function placeOf(town: Town, node: Node): { lat: number; lon: number } {
  return {
    lat: round(town.lat + (rowOf(node) - ROWS_ACROSS + 0.5) * STEP_LAT),
    lon: round(town.lon + (columnOf(node) - CROSSING_COLUMN) * STEP_LON),
  }
}

const STREETS = [
  ...[
    'Palm',
    'Harbor',
    'Mesa',
    'Alameda',
    'Paisano',
    'Mission',
    'Orange',
    'Laurel',
    'Cedar',
    'Juniper',
  ].flatMap((name) => [`${name} Avenue`, `${name} Street`]),
]
const STREETS_ACROSS = ['Juarez', 'Hidalgo', 'Revolucion', 'Morelos', 'Allende'].map(
  (name) => `Avenida ${name}`,
)

/** The postal address of a crossing: on the street from west to east, numbered along it. */
export function addressOf({ name, across }: Town, node: Node): string {
  const number = 100 * (columnOf(node) + 1) + 1
  return isAcross(node)
    ? `${number} ${STREETS_ACROSS[rowOf(node)]}, ${across}`
    : `${number} ${STREETS[rowOf(node) - ROWS_ACROSS]}, ${name}`
}

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6
