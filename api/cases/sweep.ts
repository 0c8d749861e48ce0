import type { Clock } from '@sightline/runtime/clock'
import type { AuditLog } from '../audit/log.ts'
import type { PeopleStores } from '../people/stores.ts'
import type { Mailbox } from '../shared/mail.ts'
import { valuesOf } from '../shared/records.ts'
import { sweepRetention } from './deletion.ts'
import { retentionNotices } from './notices.ts'
import type { CaseStores } from './stores.ts'

interface NoticeDeps
  extends Pick<CaseStores, 'cases' | 'saved' | 'products' | 'lookouts'>,
    Pick<PeopleStores, 'people'> {
  mailbox: Pick<Mailbox, 'ids' | 'post'>
}

/** How long an ended object waits for its e-mail, milliseconds. */
const UNTOLD_MS = 86_400_000

/**
 * Posts the due e-mails about retention periods, then deletes what has ended (AUD-6). Both use the same instant,
 * because nobody can be notified of an object that is gone. If an e-mail cannot be posted, only objects that ended a
 * day ago are deleted.
 * @throws AUDIT_UNAVAILABLE, BROKER_UNREACHABLE, BROKER_FAILED; the failure of an e-mail after the deletion
 */
export async function sweepKept(deps: CaseStores & NoticeDeps, audit: AuditLog, clock: Clock): Promise<void> {
  const now = clock()
  const failed = await postNotices(deps, now).then(
    () => null,
    (thrown: unknown) => ({ thrown }),
  )
  await sweepRetention(deps, audit, () => (failed ? now - UNTOLD_MS : now))
  if (failed) throw failed.thrown
}

async function postNotices(deps: NoticeDeps, now: number): Promise<void> {
  const kept = {
    cases: await valuesOf(deps.cases),
    saved: await valuesOf(deps.saved),
    products: await valuesOf(deps.products),
    lookouts: await valuesOf(deps.lookouts),
  }
  const people = new Map((await valuesOf(deps.people)).map((person) => [person.id, person]))
  const posted = await deps.mailbox.ids()
  for (const notice of retentionNotices(kept, people, now)) {
    if (!posted.has(notice.id)) await deps.mailbox.post(notice)
  }
}
