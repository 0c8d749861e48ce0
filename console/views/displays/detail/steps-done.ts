import { standingOf } from '../list/due.ts'
import type { Display } from '../types.ts'

export type Done =
  | { at: string; kind: 'created' | 'validated' | 'will-end' | 'did-end' }
  | { at: string; kind: 'reviewed'; by: string; verdict: 'relevant' | 'rejected'; reason: string }

/** What is known of a display's life by what it holds itself, oldest first; its end last, before or behind now. */
export function stepsDone(display: Display, now: number): Done[] {
  const { createdAt, validatedAt, expiresAt, review } = display
  const standing = standingOf(display, now)
  const past: Done[] = [
    { at: createdAt, kind: 'created' },
    ...(validatedAt === createdAt ? [] : [{ at: validatedAt, kind: 'validated' } as const]),
    ...(review ? [{ kind: 'reviewed', ...review } as const] : []),
  ]
  past.sort((a, b) => (a.at < b.at ? -1 : 1))
  if (standing === 'active') return [...past, { at: expiresAt, kind: 'will-end' }]
  return standing === 'expired' ? [...past, { at: expiresAt, kind: 'did-end' }] : past
}
