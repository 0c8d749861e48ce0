import type { Clock } from '@sightline/runtime/clock'
import type { Display } from '@sightline/schemas/display'
import type { Person } from '@sightline/schemas/person'
import { emptyFile } from '../access/requests.ts'
import { isAnalyst, isCertified } from '../access/validity.ts'
import type { CaseStore } from '../cases/store.ts'
import { membershipOf } from '../cases/visibility.ts'
import type { PeopleStores } from '../people/stores.ts'
import type { Mailbox } from '../shared/mail.ts'
import { mattersOf } from './matters.ts'
import { orphanNotice, ownerNotice, reviewNotices } from './notices.ts'
import { statusOf } from './steps.ts'
import type { DisplayStore } from './store.ts'
import { toPost } from './together.ts'

export interface DisplaySweepDeps extends Pick<PeopleStores, 'people' | 'access'> {
  displays: Pick<DisplayStore, 'all'>
  cases: Pick<CaseStore, 'select'>
  mailbox: Pick<Mailbox, 'ids' | 'post'>
}

/**
 * Posts all due e-mails about displays that were not posted before (DSP-3, DSP-4). Displays expire by their date: a
 * late or missing sweep keeps none of them active.
 */
export async function sweepDisplays(deps: DisplaySweepDeps, clock: Clock): Promise<void> {
  const now = clock()
  const posted = await deps.mailbox.ids()
  const people = new Map((await deps.people.all()).map(({ value }) => [value.id, value]))
  const files = new Map((await deps.access.all()).map(({ value }) => [value.person, value]))
  const mayUse = ({ id, state }: Person) => {
    const file = files.get(id) ?? emptyFile(id)
    // Lapsed training is renewed within days; ended access is not.
    return state === 'active' && isAnalyst(file) && isCertified(file, now)
  }
  const casesOf = mattersOf(
    deps.cases.select(() => true),
    now,
  )
  const active = [...people.values()].filter(({ state }) => state === 'active')
  const supervisors = active.filter(({ offices }) => offices.includes('supervisor'))
  const noticesOf = (display: Display) => {
    const owner = people.get(display.owner)
    // Displays of load tests and of the development token: nobody to write to.
    if (!owner) return []
    // An owner removed from the case cannot validate the display; when no case is left, it is closed (matters.ts).
    const matters = casesOf(display)
    const isLeftOut = matters.length > 0 && matters.every((one) => membershipOf(owner, one) === null)
    // Owners who may no longer use displays are still told that theirs have ended.
    const hasEnded = owner.state === 'active' && statusOf(display, now) === 'expired'
    if (hasEnded || (mayUse(owner) && !isLeftOut)) return [ownerNotice(display, owner, now)]
    const own = supervisors.filter(({ id }) => id === owner.supervisor)
    return (own.length > 0 ? own : supervisors).map((person) =>
      orphanNotice(display, person, mayUse(owner), now),
    )
  }
  const displays = deps.displays.all()
  const oversight = active.filter(({ offices }) => offices.includes('oversight'))
  const due = displays.flatMap(noticesOf).filter((one) => one !== null)
  const reviews = reviewNotices(displays, oversight, now).filter(({ id }) => !posted.has(id))
  for (const mail of [...toPost(due, posted, now), ...reviews]) await deps.mailbox.post(mail)
}
