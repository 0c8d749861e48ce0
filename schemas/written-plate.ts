/** A piece of a pattern of plates. */
export type Piece =
  | { kind: 'char'; char: string }
  | { kind: 'any' }
  | { kind: 'many' }
  | { kind: 'one-of'; chars: string }

/** What a person wrote as a plate or a pattern; `text` is its normal form. */
export type Written =
  | { kind: 'nothing' }
  | { kind: 'plate'; text: string }
  | { kind: 'pattern'; text: string; pieces: Piece[] }
  /** Neither: the first invalid character, or the bracket that contains it. */
  | { kind: 'fault'; at: string }

const DASHES = '\\p{Pd}\\u2212'
/** Invisible characters: spaces, direction marks, characters without width. */
const UNSEEN = '\\s\\p{Z}\\p{Cf}'
const BETWEEN = `${UNSEEN}${DASHES}.·•\\u2027\\u2219\\u22c5\\u30fb/`

/** Separators that people and pages write between the characters of a plate. */
const SEPARATORS = new RegExp(`[${BETWEEN}_]`, 'gu')
/** An underscore is refused in a pattern: elsewhere it means one character, and the meaning here would be unclear. */
const IN_PATTERN = new RegExp(`[${BETWEEN}]`, 'gu')
const IN_BRACKETS = new RegExp(`[${UNSEEN}]`, 'gu')
const PIECE = /^(?:\[([^[\]]*)\]|([A-Z0-9?*]))/
const RANGE = new RegExp(`^([A-Z0-9])(?:[${DASHES}]([A-Z0-9]))?`, 'u')

/** Capitals, umlauts as their base letter (as registers print them), full-width characters as plain ones. */
const capitals = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase()

/** Without the separators between the characters of a plate. */
export const plainPlate = (text: string): string => capitals(text).replace(SEPARATORS, '')

/**
 * Parses what a person wrote. Brackets mean one of the characters in them: `[ABC]` as listed, `[A-C]` from A to C.
 * Nothing else has a meaning there, and whatever has none is a fault, never dropped.
 */
export function parseWritten(typed: string): Written {
  const text = capitals(typed)
  if (!/[?*[\]]/.test(text)) {
    const plate = plainPlate(typed)
    if (plate === '') return { kind: 'nothing' }
    const wrong = /[^A-Z0-9]/u.exec(plate)
    return wrong ? { kind: 'fault', at: wrong[0] } : { kind: 'plate', text: plate }
  }
  const pieces: Piece[] = []
  let rest = text.replace(/\[[^\]]*\]?|[^[]+/g, (part) =>
    part.startsWith('[') ? part.replace(IN_BRACKETS, '') : part.replace(IN_PATTERN, ''),
  )
  while (rest !== '') {
    const found = PIECE.exec(rest)
    const piece = found && pieceOf(found[1], found[2])
    if (!piece) return { kind: 'fault', at: String.fromCodePoint(rest.codePointAt(0)!) }
    rest = rest.slice(found[0].length)
    pieces.push(piece)
  }
  return { kind: 'pattern', text: pieces.map(textOf).join(''), pieces }
}

function pieceOf(listed: string | undefined, char: string | undefined): Piece | undefined {
  if (listed !== undefined) {
    const chars = charsOf(listed)
    return chars === undefined ? undefined : { kind: 'one-of', chars }
  }
  if (char === '?') return { kind: 'any' }
  return char === '*' ? { kind: 'many' } : { kind: 'char', char: char! }
}

const ORDER = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789']

/** Each character that a bracket lists; undefined if something in it has no meaning, or it is empty. */
function charsOf(listed: string): string | undefined {
  let chars = ''
  for (let rest = listed; rest !== ''; ) {
    const [whole, first, last = first] = RANGE.exec(rest) ?? []
    if (whole === undefined) return undefined
    const order = ORDER.find((one) => one.includes(first!) && one.includes(last!))
    const range = order?.slice(order.indexOf(first!), order.indexOf(last!) + 1)
    if (!range) return undefined
    chars += range
    rest = rest.slice(whole.length)
  }
  return chars === '' ? undefined : chars
}

function textOf(piece: Piece): string {
  switch (piece.kind) {
    case 'char':
      return piece.char
    case 'any':
      return '?'
    case 'many':
      return '*'
    case 'one-of':
      return `[${piece.chars}]`
  }
}
