import { type Document, type LineCounter, parseDocument } from 'yaml'

/** Longest text that is read as a configuration, in UTF-16 units: sixty-four cameras take a tenth of it. */
export const MOST_YAML = 256 * 1024
/** How often a text may repeat what it has named once (`*name`), each repeat of a repeat counted. */
const MOST_ALIASES = 100

/** How many brackets may be open at once. */
const MOST_OPEN = 100

/** A text in YAML that is read. */
export interface BoundedYaml {
  /** Null where the text is too much for it. */
  readonly document: Document | null
  /** The document as a value; undefined where it has errors, or `fault`. */
  readonly value: unknown
  /** What no line is to blame for. Nothing of the text is repeated in it: that may be part of a password. */
  readonly fault: string | undefined
}

/**
 * A text in YAML, or JSON, which YAML includes, within bounds: ten lines of names that repeat each other make a value of
 * gigabytes, and a text of brackets alone ends a parser that calls itself for each.
 */
export function boundedYaml(text: string, lineCounter: LineCounter): BoundedYaml {
  const refused = (fault: string, document: Document | null = null) => ({ document, value: undefined, fault })
  if (text.length > MOST_YAML) return refused(`the file is longer than ${MOST_YAML / 1024} KiB`)
  if (isDeep(text)) return refused('the file is nested too deeply')
  let document: Document
  try {
    document = parseDocument(text, { lineCounter })
  } catch {
    return refused('the file is nested too deeply')
  }
  if (document.errors.length > 0) return { document, value: undefined, fault: undefined }
  try {
    return { document, value: document.toJS({ maxAliasCount: MOST_ALIASES }), fault: undefined }
  } catch (thrown) {
    const why =
      thrown instanceof RangeError
        ? 'is nested too deeply'
        : 'repeats (*name) what it does not name (&name), or far too often'
    return refused(`the file ${why}`, document)
  }
}

/** Whether more brackets are open at once than a configuration has: a parser takes seconds until it gives up on those. */
function isDeep(text: string): boolean {
  let open = 0
  for (const char of text) {
    if (char === '[' || char === '{') open++
    else if (char === ']' || char === '}') open = Math.max(0, open - 1)
    if (open > MOST_OPEN) return true
  }
  return false
}
