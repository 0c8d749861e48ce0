import type { Clock } from '@sightline/runtime/clock'
import type { PeopleStores } from '../people/stores.ts'
import type { Mailbox } from '../shared/mail.ts'
import { dueNotices } from './notices.ts'
import { emptyFile } from './requests.ts'

/** Posts all due notices about access that were not posted before (ACC-2 to ACC-4). */
export async function sweepAccess(
  stores: Pick<PeopleStores, 'people' | 'access'>,
  mailbox: Mailbox,
  clock: Clock,
): Promise<void> {
  const posted = await mailbox.ids()
  const files = new Map((await stores.access.all()).map(({ value }) => [value.person, value]))
  for (const { value: person } of await stores.people.all()) {
    const due = dueNotices(person, files.get(person.id) ?? emptyFile(person.id), clock())
    for (const mail of due) if (!posted.has(mail.id)) await mailbox.post(mail)
  }
}
