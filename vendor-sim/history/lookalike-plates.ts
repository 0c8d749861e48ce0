import { LOOKALIKES } from '../world/lookalikes.ts'

/** For each character, those that it is read as and those that are read as it. */
const CONFUSED: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const pairs = Object.entries(LOOKALIKES).flatMap(([truth, read]) =>
    [...read].map((other) => [truth, other] as const),
  )
  const confused = new Map<string, Set<string>>()
  for (const [one, other] of pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])) {
    confused.set(one, (confused.get(one) ?? new Set()).add(other))
  }
  return confused
})()

/**
 * A plate and all that a recogniser takes it for, or would have read it from, by one character: the plate itself
 * first. Some thirty for seven characters, which is as many short look-ups.
 */
export function lookalikePlates(plate: string): string[] {
  const others = [...plate].flatMap((char, i) =>
    [...(CONFUSED.get(char) ?? [])].map((other) => plate.slice(0, i) + other + plate.slice(i + 1)),
  )
  return [...new Set([plate, ...others])]
}
