import fc from 'fast-check'

/**
 * Any character: a code point that is no surrogate. The same as `unit: 'binary'`, for which fast-check makes a table of all of them
 * at its first use: a second of a core in each process.
 */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  .map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800))
