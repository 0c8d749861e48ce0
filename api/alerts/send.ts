import type { Alert } from '@sightline/schemas/alert'
import type { AlertWork } from '@sightline/schemas/alert-work'
import type { SightlineError } from '@sightline/schemas/errors'
import type { CaseStores } from '../cases/stores.ts'
import { membershipOf } from '../cases/visibility.ts'
import type { Mailbox } from '../shared/mail.ts'
import type { AlertDeps } from './open.ts'
import { alertDissemination, letterOf, messageOf } from './pass-on.ts'

interface SendDeps
  extends Pick<AlertDeps, 'deliveries' | 'recipients'>,
    Pick<CaseStores, 'cases' | 'disseminations'> {
  mailbox: Pick<Mailbox, 'post'>
}

/**
 * Sends a verified alert to its recipient. Call it after the alert records the sharing. First it records the
 * dissemination (AUD-7), so the log always shows what was sent; a crash in between leaves a record of something that
 * did not arrive. A second call with the same id does nothing twice.
 * @param id of the sharing, in `work`
 */
export async function sendVerified(
  { cases, deliveries, disseminations, mailbox, recipients }: SendDeps,
  alert: Alert,
  work: AlertWork,
  { id, note }: { id: string; note: string | null },
): Promise<void> {
  const entry = work.passedOn.find((passed) => passed.id === id)!
  const recipient = recipients.get(entry.recipient)!
  const record = (contents: unknown) =>
    disseminations
      .put(id, alertDissemination(alert, entry, recipient, contents, caseOf(cases, alert)), 0)
      .catch((error: SightlineError) => {
        if (error.code !== 'CONFLICT') throw error
      })
  if ('url' in recipient.to) {
    const body = messageOf(alert, work, entry, note)
    await record(JSON.parse(body))
    return deliveries.post({ id, body }, recipient.id)
  }
  const letter = letterOf(alert, work, entry, recipient, note)
  await record(letter)
  const mail = { v: 1, id, to: recipient.to.email, ...letter, createdAt: entry.at, sentAt: null } as const
  return mailbox.post(mail)
}

/** The display's case, which its owner may use; null when the case is gone. */
const caseOf = (cases: SendDeps['cases'], { display: { caseRef, owner } }: Alert): string | null =>
  cases.select(
    (one) => (one.caseRef === caseRef || one.id === caseRef) && membershipOf({ id: owner }, one) !== null,
  )[0]?.id ?? null
