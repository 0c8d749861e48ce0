/**
 * A Bloom filter of 32-bit blocks over hashes: answers "certainly not" for nearly all that were never added,
 * with one memory access into an array small enough for the processor's cache. Nothing is removed; the owner makes
 * a new one when too much in it is stale.
 */
export type Filter = Uint32Array

/** @param bytes one for each entry and a bit more: 98 in 100 of what was not added is then refused */
export const createFilter = (bytes: number): Filter => new Uint32Array(Math.ceil(bytes / 4))

/** Three bits of a block, from the low bits of the hash; the high ones choose the block. */
const bitsOf = (hash: number) => (1 << hash) | (1 << (hash >>> 5)) | (1 << (hash >>> 10))

const blockOf = (filter: Filter, hash: number) => Math.floor((hash >>> 0) * (filter.length / 2 ** 32))

export function addTo(filter: Filter, hash: number): void {
  filter[blockOf(filter, hash)]! |= bitsOf(hash)
}

/** False when the hash was certainly never added. */
export function maybeIn(filter: Filter, hash: number): boolean {
  const bits = bitsOf(hash)
  return (filter[blockOf(filter, hash)]! & bits) === bits
}
