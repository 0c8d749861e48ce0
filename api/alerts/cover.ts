import type { Alert } from '@sightline/schemas/alert'
import type { AlertView } from '@sightline/schemas/alert-view'
import type { AlertWork } from '@sightline/schemas/alert-work'
import { PERMISSIONS, type Rule } from '../access/permissions.ts'
import type { Actor } from '../access/permit.ts'

/**
 * What of an alert is kept from those who may verify it, until somebody has judged it (DSP-7): who has read the text sees
 * it in the picture, too. Pure.
 */

/** Whether somebody has given the last word on an alert. */
export const isJudged = (work: Pick<AlertWork, 'state'> | null | undefined): boolean =>
  work?.state === 'verified' || work?.state === 'misread'

const { roles: VERIFIERS }: Rule = PERMISSIONS['alert.work']

/** Whether somebody may verify alerts; the development token, to which no rule applies, is nobody who does. */
export const isVerifier = ({ roles, session }: Pick<Actor, 'roles' | 'session'>): boolean =>
  session !== null && roles.some((role) => VERIFIERS.includes(role))

/** What stands in the place of a plate in words. */
const DOTS = '•••••••'
/** What people put between the characters of a plate. */
const BETWEEN = '[\\s\\p{P}\\p{S}\\p{Cf}]*'

/** How a part of a plate or pattern may be spelled: O and 0, I and 1 count as one (compare.ts). */
function spelled(part: string): string {
  if (part === '?') return '[\\p{L}\\p{N}?]'
  if (part === '*') return '[\\p{L}\\p{N}*]*'
  if (part.length > 1) return `(?:${part}|\\${part.slice(0, -1)}\\])`
  return { O: '[O0]', '0': '[O0]', I: '[I1]', '1': '[I1]' }[part] ?? part
}

/** Words without a plate or pattern, however it is written there: a reason may say what is watched. */
export function withoutPlates(text: string, plates: readonly string[]): string {
  return plates.reduce((rest, plate) => {
    const parts = plate.match(/\[[A-Z0-9]+\]|[A-Z0-9?*]/g) ?? []
    const written = parts.map(spelled).join(BETWEEN)
    return rest.replace(new RegExp(`(?<![\\p{L}\\p{N}])${written}(?![\\p{L}\\p{N}])`, 'giu'), DOTS)
  }, text)
}

/** An alert without what tells the plate. The state stays: where it differs, that is to be looked at. */
export function coveredAlert(alert: Alert): AlertView {
  const { display, read } = alert
  const words = (text: string) => withoutPlates(text, [display.plate, read.plate])
  return {
    ...alert,
    covered: true,
    display: { ...display, plate: null, reason: words(display.reason), caseRef: words(display.caseRef) },
    read: { ...read, plate: null, chars: [] },
  }
}

/** What others typed says what they read. */
export const coveredWork = (work: AlertWork, by: string): AlertWork => ({
  ...work,
  tries: work.tries.map((one) => (one.by === by ? one : { ...one, plate: null, region: null })),
})

/** An alert, and what was done with it, as somebody may see it. */
export function shownTo<W extends AlertWork | null>(
  actor: Pick<Actor, 'id' | 'roles' | 'session'>,
  alert: Alert,
  work: W,
): { alert: AlertView; work: W } {
  if (!isVerifier(actor) || isJudged(work)) return { alert, work }
  return { alert: coveredAlert(alert), work: (work && coveredWork(work, actor.id)) as W }
}
