/** A number with its noun: `1 alert`, `2 alerts`. @param many where it is not `one` with an s */
export const several = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
