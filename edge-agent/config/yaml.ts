import { boundedYaml } from '@sightline/runtime/yaml'
import { type Document, type ErrorCode, isNode, LineCounter } from 'yaml'

/** Line (from 1) of the deepest existing node on a path. */
export type LineOf = (path: readonly (string | number)[]) => number

interface Fault {
  line: number
  text: string
}

/** Parses YAML; the faults repeat no part of the text, which may be part of a password. */
export function readYaml(text: string): { value: unknown; faults: Fault[]; lineOf: LineOf } {
  const lines = new LineCounter()
  const { document, value, fault } = boundedYaml(text, lines)
  const faults = (document?.errors ?? []).map(({ code, message, linePos }) => ({
    line: linePos?.[0].line ?? 1,
    text: faultText(code, message),
  }))
  if (fault !== undefined) faults.push({ line: 1, text: fault })
  return { value, faults, lineOf: (path) => (document ? lineAt(document, lines, path) : 1) }
}

/** Words of the parser that reveal nothing about the file. */
const PLAIN_FAULTS: readonly ErrorCode[] = [
  ...(['BAD_INDENT', 'BAD_SCALAR_START', 'BLOCK_AS_IMPLICIT_KEY', 'BLOCK_IN_FLOW'] as const),
  ...(['DUPLICATE_KEY', 'KEY_OVER_1024_CHARS', 'MISSING_CHAR', 'MULTILINE_IMPLICIT_KEY'] as const),
  ...(['MULTIPLE_DOCS', 'TAB_AS_INDENT'] as const),
]

function faultText(code: ErrorCode, message: string): string {
  const words = PLAIN_FAULTS.includes(code)
    ? message.split(/ at line \d|\n/)[0]
    : `this is not YAML (${code})`
  return `${words}; put text with characters other than letters, digits and blanks into quotes`
}

/** Line of the deepest existing node on a path. */
function lineAt(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}
