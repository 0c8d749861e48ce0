import { type Draft, isEqual } from './draft.ts'

export interface Merged {
  /**
   * Their version with my changes, where they changed nothing. Where both changed a field, theirs until the person chooses.
   */
  draft: Draft
  /** Fields that only the other person changed. */
  theirs: (keyof Draft)[]
  /** Fields that both changed, to different values: the person chooses. */
  both: (keyof Draft)[]
}

/**
 * A change in progress, while the display was changed elsewhere.
 * @param base as it was at the beginning, @param stored as it is now, @param mine the form's current values
 */
export function merge(base: Draft, stored: Draft, mine: Draft): Merged {
  const keys = Object.keys(base) as (keyof Draft)[]
  const theirs = keys.filter((key) => !isEqual(stored[key], base[key]))
  const isMine = (key: keyof Draft) => !isEqual(mine[key], base[key])
  const both = theirs.filter((key) => isMine(key) && !isEqual(mine[key], stored[key]))
  const kept = keys.filter((key) => isMine(key) && !theirs.includes(key))
  return {
    draft: { ...stored, ...pick(mine, kept) },
    theirs: theirs.filter((key) => !both.includes(key)),
    both,
  }
}

/** @param mine fields for which the person chose their own value */
export const chooseDraft = (merged: Merged, own: Draft, mine: readonly (keyof Draft)[]): Draft => ({
  ...merged.draft,
  ...pick(own, mine),
})

const pick = (draft: Draft, keys: readonly (keyof Draft)[]): Partial<Draft> =>
  Object.fromEntries(keys.map((key) => [key, draft[key]]))
