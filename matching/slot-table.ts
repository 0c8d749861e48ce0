/**
 * Open addressing over one typed array: a hash leads to slots, which are row numbers elsewhere. Besides the slot, a
 * cell has eight bits of the hash, so that only one in 256 other rows on the way is examined. The caller compares the
 * row; several rows may have the same hash.
 */
export interface SlotTable {
  /** Tag and slot + 1 in each cell, 0 if it is empty. A hash's entries are between its home and the next empty cell. */
  cells: Int32Array
  /** Cells / 2^32: the home of hash h is floor(h × scale), h unsigned. */
  scale: number
  count: number
}

const SLOT_BITS = 24
/** Slots are from 0 to below this. */
export const MOST_SLOTS = 2 ** SLOT_BITS - 1

/** Bits of the hash that the filter does not use, and on which the home hardly depends. */
const tagOf = (hash: number): number => (hash >>> 10) << SLOT_BITS
/** Whether a cell may hold a slot of this hash. */
export const isTagged = (cell: number, hash: number): boolean => (cell ^ tagOf(hash)) >>> SLOT_BITS === 0
/** @param cell not empty */
export const slotOf = (cell: number): number => (cell & MOST_SLOTS) - 1

/** Maximum share of occupied cells; after growing, this divided by GROWTH. */
const FULLEST = 0.75
const GROWTH = 1.25

export function createSlotTable(): SlotTable {
  return createSized(64)
}

const createSized = (cells: number): SlotTable => ({
  cells: new Int32Array(cells),
  scale: cells / 2 ** 32,
  count: 0,
})

/** The cell at which the search for a hash begins. */
export const homeOf = ({ scale }: SlotTable, hash: number): number => Math.floor((hash >>> 0) * scale)

/**
 * Allocates space for all slots at once: growing step by step to a million moves each five times.
 * @returns whether it grew
 */
export function reserveSlots(table: SlotTable, count: number, hashOf: (slot: number) => number): boolean {
  const cells = Math.ceil(count / FULLEST) + 1
  if (cells <= table.cells.length) return false
  resize(table, cells, hashOf)
  return true
}

function resize(table: SlotTable, size: number, hashOf: (slot: number) => number): void {
  const { cells } = table
  Object.assign(table, createSized(size))
  for (const cell of cells) if (cell !== 0) place(table, hashOf(slotOf(cell)), slotOf(cell))
}

/** @param hashOf the hash of a slot that is in the table @returns whether the table grew */
export function insertSlot(
  table: SlotTable,
  hash: number,
  slot: number,
  hashOf: (slot: number) => number,
): boolean {
  const grows = table.count + 1 > table.cells.length * FULLEST
  if (grows) resize(table, Math.ceil(table.cells.length * GROWTH), hashOf)
  place(table, hash, slot)
  return grows
}

function place(table: SlotTable, hash: number, slot: number): void {
  const { cells } = table
  let at = homeOf(table, hash)
  while (cells[at] !== 0) at = at + 1 === cells.length ? 0 : at + 1
  cells[at] = tagOf(hash) | (slot + 1)
  table.count++
}

/** Removes a slot from the table, and closes the gap. */
export function removeSlot(
  table: SlotTable,
  hash: number,
  slot: number,
  hashOf: (slot: number) => number,
): void {
  const { cells } = table
  const size = cells.length
  let gap = homeOf(table, hash)
  while (slotOf(cells[gap]!) !== slot) gap = gap + 1 === size ? 0 : gap + 1
  let at = gap
  for (;;) {
    at = at + 1 === size ? 0 : at + 1
    const cell = cells[at]!
    if (cell === 0) break
    // A slot may move back into the gap unless its home lies between the gap and where it is.
    const home = homeOf(table, hashOf(slotOf(cell)))
    const fromHome = at >= home ? at - home : at - home + size
    const fromGap = at >= gap ? at - gap : at - gap + size
    if (fromHome < fromGap) continue
    cells[gap] = cell
    gap = at
  }
  cells[gap] = 0
  table.count--
}

/**
 * A Bloom filter of 32-bit blocks over hashes: it answers "certainly not" for nearly everything that was never added,
 * with one memory access to an array that fits a core's own cache. Nothing can be removed; the owner makes a new one
 * when too much in it is stale.
 */
export type Filter = Uint32Array

/** @param cells of the table behind it; with four bits each, nine of ten absent entries are refused */
export const createFilter = (cells: number): Filter => new Uint32Array(Math.ceil(cells / 8))

/** Two bits of a block, from the low bits of the hash; the high ones choose the block. */
const bitsOf = (hash: number) => (1 << hash) | (1 << (hash >>> 5))

const blockOf = (filter: Filter, hash: number) => Math.floor((hash >>> 0) * (filter.length / 2 ** 32))

export function addTo(filter: Filter, hash: number): void {
  filter[blockOf(filter, hash)]! |= bitsOf(hash)
}

/** False when the hash was certainly never added. */
export function mayContain(filter: Filter, hash: number): boolean {
  const bits = bitsOf(hash)
  return (filter[blockOf(filter, hash)]! & bits) === bits
}
