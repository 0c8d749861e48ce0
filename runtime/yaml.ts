import { type Document, type LineCounter, parseDocument } from 'yaml'

/** Longest text accepted as a configuration, in UTF-16 units: sixty-four cameras take a tenth of it. */
export const MOST_YAML = 256 * 1024
/** How often a text may use an alias (`*name`), including aliases within aliases. */
const MOST_ALIASES = 100

/** Maximum depth of open brackets. */
const MOST_OPEN = 100

/** A parsed YAML text. */
export interface BoundedYaml {
  /** Null if the text exceeds a limit. */
  readonly document: Document | null
  /** The document as a value; undefined if it has errors, or `fault`. */
  readonly value: unknown
  /** A fault that belongs to no line. It repeats nothing of the text, which may contain a password. */
  readonly fault: string | undefined
}

/**
 * Parses YAML, or JSON, which YAML includes, within limits: ten lines of nested aliases make a value of gigabytes, and
 * a text of only brackets overflows the stack of a recursive parser.
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
        : 'uses an alias (*name) without its anchor (&name), or far too many aliases'
    return refused(`the file ${why}`, document)
  }
}

/** Whether more brackets are open at once than in any configuration: a parser takes seconds to give up on those. */
function isDeep(text: string): boolean {
  let open = 0
  for (const char of text) {
    if (char === '[' || char === '{') open++
    else if (char === ']' || char === '}') open = Math.max(0, open - 1)
    if (open > MOST_OPEN) return true
  }
  return false
}
