import type { Display } from '../../schemas/display.ts'

/**
 * Decides whether somebody may keep a display for its case: asked when it is stored, validated, given another case or
 * another owner.
 * @throws NOT_ALLOWED, NOT_FOUND saying which rule refuses and how to mend it
 */
export type DisplayCase = (person: string, display: Pick<Display, 'caseRef' | 'plate'>) => Promise<void>

/** Takes any reference: it is on record with the display, and nothing more is asked of it. */
export const ANY_CASE: DisplayCase = async () => {}
