/** Longest text that `safeText` makes without being told otherwise, in UTF-16 units. */
const MOST = 200

/** Control characters and line ends, invisible and direction marks, half surrogates, what Unicode has not given out. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * Text from outside as it may stand in a header, a log line, an error or on a terminal: each character that is not seen
 * is spelled out (`\u000a`), and what is too long is cut. Whoever writes text that another party chose passes it
 * through here: a line break in a header ends the program that sets it, and one in a log makes two lines of one.
 * @param most longest result, in UTF-16 units
 */
export function safeText(text: string, most = MOST): string {
  // Cut before and after: of a megabyte no more is looked at than can be shown.
  const safe = text.slice(0, most + 1).replace(UNSAFE, spelledOut)
  return safe.length > most ? `${whole(safe.slice(0, most - 1))}…` : safe
}

const spelledOut = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')

/** Without the first half of a pair at its end, of which the cut took the second. */
const whole = (text: string): string => text.replace(/[\ud800-\udbff]$/, '')
