/** Helpers with which scanners (scan.ts) look at bytes. Pure. */

export const unit = (char: string) => char.charCodeAt(0)

/**
 * Per byte: whether the class of a regular expression allows the character. Characters that JSON escapes are left out.
 */
export function tableOf(allowed: string): Uint8Array {
  const one = new RegExp(`^${allowed}$`)
  const plain = (byte: number) => byte >= 0x20 && byte < 0x80 && byte !== unit('"') && byte !== unit('\\')
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    plain(byte) && one.test(String.fromCharCode(byte)) ? 1 : 0,
  )
}

/** Up to this many digits a decimal is its digits divided by a power of ten, rounded once, as the parser does. */
export const EXACT_DIGITS = 15
/** Up to this many digits that is nearly exact, which suffices away from a limit. */
export const MOST_DIGITS = 20
export const CLOSE = 1e-9
export const POWERS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, n) => 10 ** n)

/** The number that a scanner has found between two places. */
export function decimal(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > EXACT_DIGITS) return Number(String.fromCharCode(...bytes.subarray(from, to)))
  let digits = 0
  let point = to
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (byte === unit('.')) point = i + 1
    else if (byte !== unit('-')) digits = digits * 10 + byte - 48
  }
  return (bytes[from] === unit('-') ? -digits : digits) / POWERS[to - point]!
}

/** One character of well-formed UTF-8 beyond ASCII, in two or three bytes. @returns below 0 when there is none */
export function afterCharacter(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!
  if (lead >= 0xc2 && lead <= 0xdf) return continues(bytes[at + 1]!) ? at + 2 : -1
  // Sequences that may be overlong (E0) or surrogates (ED) are not examined.
  if (!(lead >= 0xe1 && lead <= 0xef) || lead === 0xed) return -1
  return continues(bytes[at + 1]!) && continues(bytes[at + 2]!) ? at + 3 : -1
}

const continues = (byte: number) => (byte & 0xc0) === 0x80

const DIGIT = tableOf('[0-9]')
const LOWER = tableOf('[a-z]')
const LOWER_OR_DIGIT = tableOf('[a-z0-9]')

/** Two digits as a number; NaN, which fails every comparison, when they are not. */
const two = (bytes: Uint8Array, at: number): number =>
  DIGIT[bytes[at]!] === 1 && DIGIT[bytes[at + 1]!] === 1 ? bytes[at]! * 10 + bytes[at + 1]! - 528 : Number.NaN

/**
 * `2026-11-24T03:05:01.123Z`, exactly by the pattern, which accepts 31 February.
 * @returns below 0 when it does not match
 */
export function afterInstant(bytes: Uint8Array, at: number): number {
  const month = two(bytes, at + 5)
  const day = two(bytes, at + 8)
  return two(bytes, at) >= 0 &&
    two(bytes, at + 2) >= 0 &&
    bytes[at + 4] === unit('-') &&
    month >= 1 &&
    month <= 12 &&
    bytes[at + 7] === unit('-') &&
    day >= 1 &&
    day <= 31 &&
    bytes[at + 10] === unit('T') &&
    two(bytes, at + 11) <= 23 &&
    bytes[at + 13] === unit(':') &&
    two(bytes, at + 14) <= 59 &&
    bytes[at + 16] === unit(':') &&
    two(bytes, at + 17) <= 59 &&
    bytes[at + 19] === unit('.') &&
    two(bytes, at + 20) >= 0 &&
    DIGIT[bytes[at + 22]!] === 1 &&
    bytes[at + 23] === unit('Z')
    ? at + 24
    : -1
}

/** `us` or `us-ca`. @returns below 0 when it is neither */
export function afterRegion(bytes: Uint8Array, at: number): number {
  if (LOWER[bytes[at]!] !== 1 || LOWER[bytes[at + 1]!] !== 1) return -1
  if (bytes[at + 2] !== unit('-')) return at + 2
  let next = at + 3
  while (next < at + 6 && LOWER_OR_DIGIT[bytes[next]!] === 1) next++
  return next > at + 3 ? next : -1
}
