import { millisecondsOf } from '@sightline/runtime/clock'
import type { Display } from '@sightline/schemas/display'
import { isPattern } from '@sightline/schemas/display-rules'
import { SightlineError } from '@sightline/schemas/errors'
import type { FactTables } from './facts.ts'
import { createIds } from './ids.ts'
import { createPatternSet, type PatternSet } from './pattern-set.ts'
import { foldWord, hashKey, highWord, lowWord, textOf } from './plate-key.ts'
import {
  addTo,
  createFilter,
  createSlotTable,
  type Filter,
  homeOf,
  insertSlot,
  isTagged,
  MOST_SLOTS,
  mayContain,
  removeSlot,
  reserveSlots,
  slotOf,
} from './slot-table.ts'
import { createTermsStore, type TermsStore } from './terms.ts'

/** The displays in memory, each in a slot, found by id and by the folded plate. */
export interface DisplayStore {
  /** Allocates space for all displays; adding more still works, but costs more. */
  reserve(count: number): void
  /** @param storedAt when the broker stored it, milliseconds: it counts as created then at the latest */
  set(display: Display, storedAt?: number): void
  remove(id: string): void
  /** Appends the slots whose folded plate is this key. */
  find(low: number, high: number, slots: number[]): void
  idOf(slot: number): string
  plateOf(slot: number): string
  readonly rows: Rows
  readonly patterns: PatternSet
  readonly terms: TermsStore
  readonly size: number
  /** Bytes of all arrays. */
  readonly bytes: number
}

/** Growth of the rows at a time: little stays empty. */
const GROWTH = 1.2
/** Removed plates leave their bits in the filter; at this share of all it is rebuilt. */
const STALE = 0.25

export function createDisplayStore(facts: FactTables = {}): DisplayStore {
  let rows = createRows(0)
  const ids = createIds()
  const byId = createSlotTable()
  const byPlate = createSlotTable()
  const patterns = createPatternSet()
  const terms = createTermsStore(facts)
  let filter: Filter = createFilter(byPlate.cells.length)
  let stale = 0
  let used = 0
  const free: number[] = []

  const plateHash = (slot: number) => hashKey(foldWord(rows.low[slot]!), foldWord(rows.high[slot]!))

  /** @returns below 0 when there is none */
  function slotOfId(id: string): number {
    const { cells } = byId
    const hash = ids.ask(id)
    for (let at = homeOf(byId, hash); cells[at] !== 0; at = at + 1 === cells.length ? 0 : at + 1) {
      const cell = cells[at]!
      if (isTagged(cell, hash) && ids.is(slotOf(cell))) return slotOf(cell)
    }
    return -1
  }

  function growTo(size: number): void {
    rows = resized(rows, size)
    ids.resize(size)
  }

  function takeSlot(): number {
    if (free.length === 0 && used === MOST_SLOTS) {
      throw new SightlineError('CONFIG_INVALID', `the index is full: it can hold ${MOST_SLOTS} displays`, {
        hint: 'Distribute the displays among several matchers.',
      })
    }
    const slot = free.pop() ?? used++
    if (slot >= rows.low.length) growTo(Math.ceil((slot + 16) * GROWTH))
    return slot
  }

  function renewFilter(): void {
    filter = createFilter(byPlate.cells.length)
    for (const cell of byPlate.cells) if (cell !== 0) addTo(filter, plateHash(slotOf(cell)))
    stale = 0
  }

  function addPlate(slot: number, plate: string): void {
    rows.low[slot] = lowWord(plate)
    rows.high[slot] = highWord(plate)
    const hash = plateHash(slot)
    if (insertSlot(byPlate, hash, slot, plateHash)) renewFilter()
    else addTo(filter, hash)
  }

  function removePlate(slot: number): void {
    removeSlot(byPlate, plateHash(slot), slot, plateHash)
    if (++stale > byPlate.count * STALE + 64) renewFilter()
  }

  function remove(id: string): void {
    const slot = slotOfId(id)
    if (slot >= 0) removeAt(slot)
  }

  function removeAt(slot: number): void {
    removeSlot(byId, ids.hash(slot), slot, ids.hash)
    if (patterns.text(slot) === undefined) removePlate(slot)
    else patterns.remove(slot)
    terms.give(rows.terms[slot]!)
    ids.drop(slot)
    free.push(slot)
  }

  return {
    reserve(count) {
      if (count > rows.low.length) growTo(count)
      reserveSlots(byId, count, ids.hash)
      if (reserveSlots(byPlate, count, plateHash)) renewFilter()
    },
    set(display, storedAt) {
      const before = slotOfId(display.id)
      let created = millisecondsOf(display.createdAt)
      if (storedAt !== undefined) {
        // A change does not make it newer.
        const known = before < 0 ? storedAt : createdAt(rows, before)
        created = Math.min(created, storedAt, known)
      }
      if (before >= 0) removeAt(before)
      if (display.state !== 'active') return
      const number = terms.take(display)
      const slot = takeSlot()
      rows.terms[slot] = number
      ids.put(slot, display.id)
      putTimes(rows, slot, created, millisecondsOf(display.expiresAt))
      insertSlot(byId, ids.hash(slot), slot, ids.hash)
      if (isPattern(display.plate)) patterns.add(slot, display.plate)
      else addPlate(slot, display.plate)
    },
    remove,
    find(low, high, slots) {
      const hash = hashKey(low, high)
      if (!mayContain(filter, hash)) return
      const { cells } = byPlate
      for (let at = homeOf(byPlate, hash); cells[at] !== 0; at = at + 1 === cells.length ? 0 : at + 1) {
        if (!isTagged(cells[at]!, hash)) continue
        const slot = slotOf(cells[at]!)
        if (foldWord(rows.low[slot]!) === low && foldWord(rows.high[slot]!) === high) slots.push(slot)
      }
    },
    idOf: ids.get,
    plateOf: (slot) => patterns.text(slot) ?? textOf(rows.low[slot]!, rows.high[slot]!),
    get rows() {
      return rows
    },
    patterns,
    terms,
    get size() {
      return byId.count
    },
    get bytes() {
      return (
        rowBytes(rows) +
        ids.bytes +
        byId.cells.byteLength +
        byPlate.cells.byteLength +
        filter.byteLength +
        patterns.bytes
      )
    },
  }
}

/** When a display is active, and other data per display, as columns: 42 bytes per display with its id. */
interface Rows {
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

const createRows = (size: number): Rows => ({
  low: new Int32Array(size),
  high: new Int32Array(size),
  terms: new Uint32Array(size),
  createdHigh: new Uint32Array(size),
  createdLow: new Uint16Array(size),
  expiresHigh: new Uint32Array(size),
  expiresLow: new Uint16Array(size),
})

/** The same rows with more space. */
function resized(rows: Rows, size: number): Rows {
  const larger = createRows(size)
  for (const name of Object.keys(rows) as (keyof Rows)[]) larger[name].set(rows[name])
  return larger
}

const rowBytes = (rows: Rows): number =>
  Object.values(rows).reduce((sum: number, column: Rows[keyof Rows]) => sum + column.byteLength, 0)

/** 2^16: instants are split here. */
const LOW = 65_536

function putTimes(rows: Rows, slot: number, created: number, expires: number): void {
  rows.createdHigh[slot] = created / LOW
  rows.createdLow[slot] = created % LOW
  rows.expiresHigh[slot] = expires / LOW
  rows.expiresLow[slot] = expires % LOW
}

export const createdAt = ({ createdHigh, createdLow }: Rows, slot: number): number =>
  createdHigh[slot]! * LOW + createdLow[slot]!

export const expiresAt = ({ expiresHigh, expiresLow }: Rows, slot: number): number =>
  expiresHigh[slot]! * LOW + expiresLow[slot]!
