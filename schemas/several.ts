/**
 * A number with its noun: `1 alert`, `2 alerts`, `0 alerts`. Use it in all text for people, so that nobody reads `1
 * alerts`.
 * @param many plural; without it `one` with an s
 */
export const several = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
