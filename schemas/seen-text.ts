import Type, { type TStringOptions } from 'typebox'
import Format from 'typebox/format'

/** Controls, marks of direction, characters without width or without a shape, private and half characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
/** What makes a text read otherwise than it is stored: embeddings, overrides and isolates of direction; half characters. */
const TURNS = /[\u202a-\u202e\u2066-\u2069\p{Cs}]/u

const spelled = (found: RegExpExecArray | null): string | null =>
  found && `U+${found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

/**
 * The first character of a name that nobody sees, as `U+202E`; null without one. With such characters two names look alike,
 * or one reads backwards: whoever reviews takes one for the other (AUD-2).
 */
export const unseenIn = (name: string): string | null => spelled(UNSEEN.exec(name))

/** The same of words that people write at length: there joiners, line ends and tabs have a place. */
export const turnIn = (text: string): string | null => spelled(TURNS.exec(text))

/** Format of names in files and schemas: all of it is seen. */
const SEEN = 'seen-text'
Format.Set(SEEN, (text) => unseenIn(text) === null)

/** A name that a file gives. */
export const SeenText = (options: TStringOptions) => Type.String({ ...options, format: SEEN })
