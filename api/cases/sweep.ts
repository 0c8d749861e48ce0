import type { Clock } from '@sightline/runtime/clock'
import type { PeopleStores } from '../people/stores.ts'
import type { Mailbox } from '../shared/mail.ts'
import { valuesOf } from '../shared/records.ts'
import { retentionNotices } from './notices.ts'
import type { CaseStores } from './stores.ts'

/** Posts the due e-mails about retention periods (AUD-6); runs before ended objects are deleted. */
export async function sweepRetentionNotices(
  deps: Pick<CaseStores, 'cases' | 'saved' | 'products' | 'lookouts'> &
    Pick<PeopleStores, 'people'> & { mailbox: Pick<Mailbox, 'ids' | 'post'> },
  clock: Clock,
): Promise<void> {
  const now = clock()
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
