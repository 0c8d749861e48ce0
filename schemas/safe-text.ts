/** Default maximum length of the result of `safeText`, in UTF-16 units. */
const MOST = 200

/** Control characters and line ends, invisible and direction marks, half surrogates, unassigned characters. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * Makes text from outside safe for a header, a log line, an error or a terminal: each invisible character is spelled
 * out (`\u000a`), and long text is cut. Use it wherever text chosen by another party is written: a line break in a
 * header crashes the program that sets it, and one in a log makes two lines of one.
 * @param most maximum length of the result, in UTF-16 units
 */
export function safeText(text: string, most = MOST): string {
  // Cut before and after: of a megabyte only what can be shown is examined.
  const safe = text.slice(0, most + 1).replace(UNSAFE, spellOut)
  return safe.length > most ? `${whole(safe.slice(0, most - 1))}…` : safe
}

const spellOut = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')

/** Drops the first half of a surrogate pair at the end if the cut removed the second. */
const whole = (text: string): string => text.replace(/[\ud800-\udbff]$/, '')
