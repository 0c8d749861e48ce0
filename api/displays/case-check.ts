/**
 * Decides whether somebody may keep a display for a case: asked when it is stored, validated, given another case or
 * another owner.
 * @throws NOT_ALLOWED, NOT_FOUND saying which rule refuses and how to mend it
 */
export type DisplayCase = (person: string, caseRef: string) => Promise<void>

/** While no cases are kept: the reference is on record, and nothing more is known of it. */
export const ANY_CASE: DisplayCase = async () => {}
