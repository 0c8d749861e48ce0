import type { Alert } from '@sightline/schemas/alert'
import type { AlertView } from '@sightline/schemas/alert-view'
import type { AlertWork } from '@sightline/schemas/alert-work'
import { PERMISSIONS, type Rule } from '../access/permissions.ts'
import type { Actor } from '../access/permit.ts'

/**
 * Decides who may see an alert (ACC-6), and hides the parts that give away its plate from those who may verify it, until
 * somebody has judged it (DSP-7): a person who has read the text sees it in the image, too. Pure.
 */

/** Whether an actor may see data of a source (ACC-6). */
export const maySee = ({ sources }: Pick<Actor, 'sources'>, { source }: { source: string }): boolean =>
  sources === 'all' || sources.includes(source)

/** Whether a person has given the final verdict on an alert. */
export const isJudged = (work: Pick<AlertWork, 'state'> | null | undefined): boolean =>
  work?.state === 'verified' || work?.state === 'misread'

const { roles: VERIFIERS }: Rule = PERMISSIONS['alert.work']

/** Whether an actor may verify alerts. The development token, to which no rule applies, does not count. */
export const isVerifier = ({ roles, session }: Pick<Actor, 'roles' | 'session'>): boolean =>
  session !== null && roles.some((role) => VERIFIERS.includes(role))

/** Replaces a plate in text. */
const DOTS = '•••••••'
/** Separators that people write between the characters of a plate. */
const BETWEEN = '[\\s\\p{P}\\p{S}\\p{Cf}]*'

/** Spellings of a part of a plate or pattern: O and 0, I and 1 count as one (compare.ts). */
function spelled(part: string): string {
  if (part === '?') return '[\\p{L}\\p{N}?]'
  if (part === '*') return '[\\p{L}\\p{N}*]*'
  if (part.length > 1) return `(?:${part}|\\${part.slice(0, -1)}\\])`
  return { O: '[O0]', '0': '[O0]', I: '[I1]', '1': '[I1]' }[part] ?? part
}

/** The parts of a text that may belong to a plate, in one spelling. ſ and K (Kelvin) count as S and K, as in a pattern. */
const plateLetters = (text: string): string =>
  text
    .toLowerCase()
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll('I', '1')

/** Text without a plate or pattern, however it is written: a reason may mention what is watched. */
export function withoutPlates(text: string, plates: readonly string[]): string {
  const letters = plateLetters(text)
  return plates.reduce((rest, plate) => {
    // Compiling the pattern takes a millisecond, and few texts contain a plate.
    if (/^[A-Z0-9]+$/.test(plate) && !letters.includes(plateLetters(plate))) return rest
    const parts = plate.match(/\[[A-Z0-9]+\]|[A-Z0-9?*]/g) ?? []
    const written = parts.map(spelled).join(BETWEEN)
    return rest.replace(new RegExp(`(?<![\\p{L}\\p{N}])${written}(?![\\p{L}\\p{N}])`, 'giu'), DOTS)
  }, text)
}

/** An alert without anything that reveals the plate. The state stays, because the verifier must compare it. */
export function coverAlert(alert: Alert): AlertView {
  const { display, read } = alert
  const words = (text: string) => withoutPlates(text, [display.plate, read.plate])
  return {
    ...alert,
    covered: true,
    display: { ...display, plate: null, reason: words(display.reason), caseRef: words(display.caseRef) },
    read: { ...read, plate: null, chars: [] },
  }
}

/** Hides what others typed, because it says what they read. */
export const coverWork = (work: AlertWork, by: string): AlertWork => ({
  ...work,
  tries: work.tries.map((one) => (one.by === by ? one : { ...one, plate: null, region: null })),
})

/** An alert and its history, as an actor may see it. */
export function coverFor<W extends AlertWork | null>(
  actor: Pick<Actor, 'id' | 'roles' | 'session'>,
  alert: Alert,
  work: W,
): { alert: AlertView; work: W } {
  if (!isVerifier(actor) || isJudged(work)) return { alert, work }
  return { alert: coverAlert(alert), work: (work && coverWork(work, actor.id)) as W }
}
