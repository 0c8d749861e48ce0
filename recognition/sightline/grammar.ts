/**
 * What the issuers' serial patterns say about a text and about its region: a prior, never a filter. A vanity
 * plate follows no pattern, and every plate may be one.
 */

/** By number of characters: the patterns of that length, with the index of their region. */
export type Grammar = ReadonlyMap<number, readonly { readonly region: number; readonly pattern: string }[]>

/**
 * @param regions names in the order of the recognizer's output
 * @param patterns of each region: `@` a letter, `#` a digit, others themselves
 */
export function grammarOf(
  regions: readonly string[],
  patterns: Readonly<Record<string, readonly string[]>>,
): Grammar {
  const grammar = new Map<number, { region: number; pattern: string }[]>()
  regions.forEach((name, region) => {
    for (const pattern of patterns[name] ?? []) {
      const same = grammar.get(pattern.length) ?? []
      same.push({ region, pattern })
      grammar.set(pattern.length, same)
    }
  })
  return grammar
}

/**
 * For each region, how well the text matches its serials: 1, or `free` when it follows none of them.
 * @param free share of plates that follow no pattern
 */
export function fits(grammar: Grammar, text: string, regions: number, free: number): Float64Array {
  const fit = new Float64Array(regions).fill(free)
  for (const { region, pattern } of grammar.get(text.length) ?? []) {
    if (follows(text, pattern)) fit[region] = 1
  }
  return fit
}

/** Whether a text of the pattern's length is one of its serials. */
export function follows(text: string, pattern: string): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const [char, place] = [text[i]!, pattern[i]!]
    const isDigit = char >= '0' && char <= '9'
    if (place === '#' ? !isDigit : place === '@' ? isDigit : char !== place) return false
  }
  return true
}

/** Whether a text is one of the serials of a region, given by its index. */
export const isSerial = (text: string, grammar: Grammar, region: number): boolean =>
  (grammar.get(text.length) ?? []).some((one) => one.region === region && follows(text, one.pattern))
