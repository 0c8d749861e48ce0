/** When a display is active, and other data per display, as columns: 42 bytes per display with its id. */
export interface Rows {
  /** Words of the plate (plate-key.ts); both 0 if the display has a pattern. */
  low: Int32Array
  high: Int32Array
  terms: Uint32Array
  /** Instants in milliseconds as high part and 16 low bits. */
  createdHigh: Uint32Array
  createdLow: Uint16Array
  expiresHigh: Uint32Array
  expiresLow: Uint16Array
}

export const createRows = (size: number): Rows => ({
  low: new Int32Array(size),
  high: new Int32Array(size),
  terms: new Uint32Array(size),
  createdHigh: new Uint32Array(size),
  createdLow: new Uint16Array(size),
  expiresHigh: new Uint32Array(size),
  expiresLow: new Uint16Array(size),
})

/** The same rows with more space. */
export function resized(rows: Rows, size: number): Rows {
  const larger = createRows(size)
  for (const name of Object.keys(rows) as (keyof Rows)[]) larger[name].set(rows[name])
  return larger
}

export const rowBytes = (rows: Rows): number =>
  Object.values(rows).reduce((sum: number, column: Rows[keyof Rows]) => sum + column.byteLength, 0)

/** 2^16: instants are split here. */
const LOW = 65_536

export function putTimes(rows: Rows, slot: number, created: number, expires: number): void {
  rows.createdHigh[slot] = created / LOW
  rows.createdLow[slot] = created % LOW
  rows.expiresHigh[slot] = expires / LOW
  rows.expiresLow[slot] = expires % LOW
}

export const createdAt = ({ createdHigh, createdLow }: Rows, slot: number): number =>
  createdHigh[slot]! * LOW + createdLow[slot]!

export const expiresAt = ({ expiresHigh, expiresLow }: Rows, slot: number): number =>
  expiresHigh[slot]! * LOW + expiresLow[slot]!
