/** Words as they are compared: capitals and punctuation do not count. */
export const plainText = (text: string): string =>
  text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(' ') ?? ''

export const sameText = (a: string, b: string): boolean => plainText(a) === plainText(b)
