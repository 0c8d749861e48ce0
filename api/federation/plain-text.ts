/** Text for comparison: case and punctuation are ignored. */
export const plainText = (text: string): string =>
  text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(' ') ?? ''

export const sameText = (a: string, b: string): boolean => plainText(a) === plainText(b)
