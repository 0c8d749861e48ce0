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
export function maybeIn(filter: Filter, hash: number): boolean {
  const bits = bitsOf(hash)
  return (filter[blockOf(filter, hash)]! & bits) === bits
}
