import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/log.ts'
import { toSightlineError } from '../../schemas/errors.ts'
import type { Mailbox } from '../mail.ts'
import type { PeopleStores } from '../stores/people.ts'
import { dueNotices } from './notices.ts'
import { emptyFile } from './requests.ts'

/** Time between two sweeps, milliseconds. */
const SWEEP_MS = 10 * 60_000

/** Posts all notices that are due and were not posted, and sends what waits. */
export async function sweep(stores: PeopleStores, mailbox: Mailbox, clock: Clock): Promise<void> {
  const posted = await mailbox.ids()
  const files = new Map((await stores.access.all()).map(({ value }) => [value.person, value]))
  for (const { value: person } of await stores.people.all()) {
    const due = dueNotices(person, files.get(person.id) ?? emptyFile(person.id), clock())
    for (const mail of due) if (!posted.has(mail.id)) await mailbox.post(mail)
  }
  await mailbox.deliver()
}

/**
 * Runs all sweeps now and then until it is closed; nothing depends on when, and one that fails holds up no other (access
 * and displays end by themselves, on their day).
 */
export function startSweeps(sweeps: readonly (() => Promise<void>)[], log: Logger): { close(): void } {
  const run = () => {
    for (const sweep of sweeps) {
      sweep().catch((error) => {
        log.warn({ code: toSightlineError(error).code }, 'a sweep failed; the next one makes up for it')
      })
    }
  }
  run()
  const timer = setInterval(run, SWEEP_MS)
  timer.unref()
  return { close: () => clearInterval(timer) }
}
