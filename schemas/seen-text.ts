import Type, { type TStringOptions } from 'typebox'
import Format from 'typebox/format'

/** Control characters, direction marks, characters without width or shape, private-use and half characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
/**
 * Characters that make text read differently than it is stored: embeddings, overrides and isolates of direction; half
 * characters.
 */
const TURNS = /[\u202a-\u202e\u2066-\u2069\p{Cs}]/u

const codePointOf = (found: RegExpExecArray | null): string | null =>
  found && `U+${found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

/**
 * The first invisible character of a name, as `U+202E`; null without one. With such characters two names look alike, or
 * one reads backward, and a reviewer takes one for the other (AUD-2).
 */
export const unseenCharacterIn = (name: string): string | null => codePointOf(UNSEEN.exec(name))

/** The same for longer text, where joiners, line ends and tabs are allowed. */
export const directionMarkIn = (text: string): string | null => codePointOf(TURNS.exec(text))

/** Format of names in files and schemas: all characters are visible. */
const SEEN = 'seen-text'
Format.Set(SEEN, (text) => unseenCharacterIn(text) === null)

/** A name from a file. */
export const SeenText = (options: TStringOptions) => Type.String({ ...options, format: SEEN })
