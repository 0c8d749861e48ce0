import { type Piece, parseWritten, plainPlate } from '@sightline/schemas/written-plate'

export type Explained =
  | { kind: 'nothing' }
  | { kind: 'plate'; text: string }
  | { kind: 'pattern'; text: string; pieces: Piece[]; shortest: number; longest: number }
  /** Neither: the first character that is not understood, or an unclosed bracket. */
  | { kind: 'fault'; at: string }

/** Maximum number of characters on any issuer's plates. */
export const MAX_PLATE_LENGTH = 10

/** Capitals, without the separators that people write between the characters of a plate. */
export const normal = plainPlate

/** The parts of a typed pattern, for an explanation in words. The matcher decides what it matches. */
export function explain(typed: string): Explained {
  const what = parseWritten(typed)
  if (what.kind !== 'pattern') return what
  const { text, pieces } = what
  const shortest = pieces.filter(({ kind }) => kind !== 'many').length
  return {
    kind: 'pattern',
    text,
    pieces,
    shortest,
    longest: shortest === pieces.length ? shortest : MAX_PLATE_LENGTH,
  }
}

/** The same with consecutive characters combined: `7AB?1*` is 7AB, any, 1, many. */
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
