import { createHash } from 'node:crypto'
import type { Alert } from '@sightline/schemas/alert'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { mail } from '../access/notices.ts'

/** How often at most an e-mail tells of alerts of one display, milliseconds. */
const EVERY_MS = 3_600_000

/**
 * The e-mail by which the owner of a display of high priority learns that it raised an alert (DSP-1): the first in each
 * hour, for its id says display, owner and hour. It names neither plate nor place: these are looked at where it is recorded.
 */
export function alertNotice({ display, raisedAt }: Alert, owner: Person, now: number): Mail | null {
  if (display.priority !== 'high' || owner.state !== 'active') return null
  const at = Date.parse(raisedAt)
  // Too late to be news: the list has it.
  if (now - at > EVERY_MS) return null
  const about = [display.id, owner.id, String(Math.floor(at / EVERY_MS))].join('\0')
  const id = `alert-${createHash('sha256').update(about).digest('base64url').slice(0, 22)}`
  const text = `${owner.name},\n\nYour watchlist entry ${display.id} (${display.caseRef}) raised an alert at ${raisedAt}. It is a lead: compare the image with the read before anyone acts. You won’t be e-mailed about further alerts for this entry for one hour.\n`
  return mail(id, owner, `An alert for ${display.caseRef}`, text, now)
}
