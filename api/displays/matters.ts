import type { Clock } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import type { Display } from '@sightline/schemas/display'
import { SightlineError } from '@sightline/schemas/errors'
import { SYSTEM } from '@sightline/schemas/reserved-ids'
import type { AuditLog } from '../audit/log.ts'
import { isOngoing } from '../cases/gate.ts'
import type { CaseStore } from '../cases/store.ts'
import type { PeopleStores } from '../people/stores.ts'
import type { Mailbox } from '../shared/mail.ts'
import { namesPlate } from './case-check.ts'
import { closedNotice, closedTogetherNotice } from './notices.ts'
import { statusOf, stepTaken } from './steps.ts'
import type { DisplayStore, StoredDisplay } from './store.ts'

/** Cases that a display is kept for: with its reference, open, and naming its plate; whoever may use them. Pure. */
export function mattersOf(cases: readonly Case[], now: number): (display: Display) => Case[] {
  const byName = new Map<string, Case[]>()
  for (const one of cases) {
    if (!isOngoing(one, now)) continue
    for (const name of [one.id, one.caseRef]) byName.set(name, [...(byName.get(name) ?? []), one])
  }
  return ({ caseRef, plate }) => (byName.get(caseRef) ?? []).filter((one) => namesPlate(one, plate))
}

export interface MatterDeps extends Pick<PeopleStores, 'people'> {
  displays: Pick<DisplayStore, 'all' | 'get' | 'update'>
  cases: Pick<CaseStore, 'select' | 'census'>
  audit: Pick<AuditLog, 'record'>
  mailbox: Pick<Mailbox, 'post'>
}

/** The actor because of whom a display no longer has a case. */
interface Doing {
  actor: string
  cause: string
}

/**
 * Closes the displays of a case for which no open case is left, records each, and notifies their owners: the matter is
 * resolved (DSP-5). Call it after a case was closed or deleted, or no longer names a plate.
 * @throws AUDIT_UNAVAILABLE, BROKER_UNREACHABLE, BROKER_FAILED; the sweep completes what was not done
 */
export async function closeWithCase(
  deps: MatterDeps,
  { id, caseRef }: Pick<Case, 'id' | 'caseRef'>,
  doing: Doing,
  clock: Clock,
): Promise<void> {
  const isOfCase = (display: Display) => display.caseRef === id || display.caseRef === caseRef
  await closeUnbacked(deps, isOfCase, doing, clock, true)
}

/** Does the same for all displays of people with accounts, in case the process that ended a case stopped halfway. */
export async function sweepMatters(deps: MatterDeps, clock: Clock): Promise<void> {
  const people = new Set((await deps.people.all()).map(({ value }) => value.id))
  // Displays of load tests have neither an owner with an account nor a case.
  const isSomebodys = ({ owner }: Display) => people.has(owner)
  await closeUnbacked(deps, isSomebodys, { actor: SYSTEM, cause: 'its case is closed or gone' }, clock, false)
}

/**
 * @param evenIfUnsure whether to close although a malformed case may be the one behind a display. Not without a
 *   person's request, because a closed display cannot be reopened
 */
async function closeUnbacked(
  deps: MatterDeps,
  concerns: (display: Display) => boolean,
  doing: Doing,
  clock: Clock,
  evenIfUnsure: boolean,
): Promise<void> {
  const now = clock()
  const isBacked = mattersOf(
    deps.cases.select(() => true),
    now,
  )
  const suspects = deps.displays
    .all()
    .filter(
      (display) => statusOf(display, now) === 'active' && concerns(display) && isBacked(display).length === 0,
    )
  if (suspects.length === 0) return
  // Copies in memory may be behind: read the stored displays first, then the cases, which are stored before them.
  const stored: StoredDisplay[] = []
  for (const { id } of suspects) stored.push(await deps.displays.get(id))
  const { found, malformed } = await deps.cases.census()
  if (malformed.size > 0 && !evenIfUnsure) return
  const cases = found.map(({ value }) => value)
  const isStillBacked = mattersOf(cases, now)
  const closed: Display[] = []
  try {
    for (const one of stored) {
      const { display } = one
      const isOver = statusOf(display, now) === 'active' && isStillBacked(display).length === 0
      if (isOver && (await close(deps, one, doing, now))) closed.push(display)
    }
  } finally {
    // Also if it stopped halfway: the next sweep does not find these any more.
    await tellOwners(deps, closed, doing, now)
  }
}

/** Closed displays of one owner that are told one by one; more are one e-mail. */
const ONE_BY_ONE = 5

async function tellOwners(
  { mailbox, people }: MatterDeps,
  closed: readonly Display[],
  { actor, cause }: Doing,
  now: number,
): Promise<void> {
  const byOwner = new Map<string, Display[]>()
  for (const one of closed) {
    const own = byOwner.get(one.owner)
    if (own) own.push(one)
    else byOwner.set(one.owner, [one])
  }
  for (const [id, own] of byOwner) {
    const owner = id === actor ? undefined : (await people.find(id))?.value
    if (!owner) continue
    const mails =
      own.length > ONE_BY_ONE
        ? [closedTogetherNotice(own, owner, cause, now)]
        : own.map((display) => closedNotice(display, owner, cause, now))
    for (const mail of mails) await mailbox.post(mail)
  }
}

/** @returns whether it was closed; not if another step is in progress */
async function close(
  { displays, audit }: MatterDeps,
  { display, revision }: StoredDisplay,
  { actor, cause }: Doing,
  now: number,
): Promise<boolean> {
  const { id, caseRef } = display
  await audit.record({ actor, action: 'display.close', subject: id, parameters: { caseRef, cause } })
  try {
    const closed: Display = { ...display, state: 'closed' }
    await displays.update(stepTaken(closed, { action: 'close', by: actor, reason: cause }, now), revision)
  } catch (error) {
    // Another step is in progress; the next sweep checks again.
    if (error instanceof SightlineError && error.code === 'CONFLICT') return false
    throw error
  }
  return true
}
