/**
 * A number with its noun: `1 alert`, `2 alerts`, `0 alerts`. Used by all that speaks to people, so that nobody is told of
 * `1 alerts`.
 * @param many of more than one, or none; without it `one` with an s
 */
export const several = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
