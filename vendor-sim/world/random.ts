/**
 * Seeded randomness, split by name: what is drawn for one vehicle, day or frame does not depend on earlier draws, so
 * any part of the simulation can be computed alone, always with the same result.
 */

export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number
  /** A number from `min` to `max`. */
  between(min: number, max: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One of the items, each equally likely. @param items not empty */
  pick<T>(items: readonly T[]): T
  /** A normally distributed number. */
  normal(mean: number, deviation: number): number
}

/** FNV-1a over the UTF-16 units of a name, 32 bits. */
function hash(name: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** A generator (mulberry32) for one named thing. @param path parts of the name, e.g. `seed, 'trip', id, day` */
export function random(...path: readonly (string | number)[]): Random {
  let state = hash(path.join('\u0000'))
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (min: number, max: number) => min + next() * (max - min)
  return {
    next,
    between,
    whole: (min, max) => Math.floor(between(min, max + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}

/** One of the items, each as likely as its weight. @param items not empty, weights above 0 */
export function pickWeighted<T extends { readonly weight: number }>(items: readonly T[], rng: Random): T {
  const total = items.reduce((sum, item) => sum + item.weight, 0)
  let left = rng.next() * total
  for (const item of items) {
    left -= item.weight
    if (left < 0) return item
  }
  return items.at(-1)!
}
