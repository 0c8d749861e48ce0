/** A piece of a pattern, as it is explained. */
export type Piece =
  | { kind: 'char'; char: string }
  | { kind: 'any' }
  | { kind: 'many' }
  | { kind: 'one-of'; chars: string }

export type Explained =
  | { kind: 'nothing' }
  | { kind: 'plate'; text: string }
  | { kind: 'pattern'; pieces: Piece[]; shortest: number; longest: number }
  /** What stands there is neither: the first character that is not understood, or a bracket that is not closed. */
  | { kind: 'fault'; at: string }

/** No issuer prints more characters. */
export const MAX_PLATE_LENGTH = 10

/** Capitals, without what people write between the characters of a plate. */
export const normal = (text: string): string => text.toUpperCase().replace(/[\s\-–—.·•_/]/g, '')

/** What somebody is typing, taken apart to be put into words; what it matches, the matcher decides. */
export function explain(typed: string): Explained {
  const text = normal(typed)
  if (text === '') return { kind: 'nothing' }
  const pieces: Piece[] = []
  let rest = text
  while (rest !== '') {
    const found = /^(?:\[([A-Z0-9]+)\]|([A-Z0-9?*]))/.exec(rest)
    if (!found) return { kind: 'fault', at: rest.charAt(0) }
    rest = rest.slice(found[0].length)
    pieces.push(pieceOf(found[1], found[2]))
  }
  if (pieces.every(({ kind }) => kind === 'char')) return { kind: 'plate', text }
  const shortest = pieces.filter(({ kind }) => kind !== 'many').length
  return {
    kind: 'pattern',
    pieces,
    shortest,
    longest: shortest === pieces.length ? shortest : MAX_PLATE_LENGTH,
  }
}

function pieceOf(chars: string | undefined, char: string | undefined): Piece {
  if (chars !== undefined) return { kind: 'one-of', chars }
  if (char === '?') return { kind: 'any' }
  return char === '*' ? { kind: 'many' } : { kind: 'char', char: char! }
}

/** The same with characters that stand side by side taken together: `7AB?1*` is 7AB, any, 1, many. */
export function runs(pieces: readonly Piece[]): (Piece | { kind: 'chars'; chars: string })[] {
  const joined: (Piece | { kind: 'chars'; chars: string })[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (piece.kind !== 'char') joined.push(piece)
    else if (last?.kind === 'chars') last.chars += piece.char
    else joined.push({ kind: 'chars', chars: piece.char })
  }
  return joined
}
