import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { Alert } from '@sightline/schemas/alert'
import { toSightlineError } from '@sightline/schemas/errors'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { mail } from '../access/notices.ts'
import type { PeopleStores } from '../people/stores.ts'
import type { Mailbox } from '../shared/mail.ts'
import type { AlertStore } from './store.ts'

export interface NotifyDeps extends Pick<PeopleStores, 'people'> {
  alerts: Pick<AlertStore, 'follow' | 'range'>
  mailbox: Pick<Mailbox, 'post'>
  clock: Clock
  log: Logger
}

/**
 * Alerts checked again after a start, so that alerts raised while no api ran still cause an e-mail if they are recent.
 */
const LOOK_BACK = 1000

/** Wait while the broker is down, milliseconds. */
const RETRY_MS = 1000

/**
 * Posts e-mails about alerts as they come, until `stop` is aborted. Several processes, and repeats after a restart,
 * post the same ids, so each e-mail arrives once.
 * @returns `ended` settles when nothing more will be posted
 * @throws BROKER_UNREACHABLE, BROKER_FAILED at the start
 */
export async function notifyOwners(
  { alerts, people, mailbox, clock, log }: NotifyDeps,
  stop: AbortSignal,
): Promise<{ ended: Promise<void> }> {
  const notify = async (alert: Alert) => {
    if (alert.display.priority !== 'high') return
    const owner = (await people.find(alert.display.owner))?.value
    const notice = owner && alertNotice(alert, owner, clock())
    if (notice) await mailbox.post(notice)
  }
  const { last } = await alerts.range()
  const follow = async () => {
    for await (const { sequence, alert } of alerts.follow(Math.max(0, last - LOOK_BACK), stop)) {
      while (!stop.aborted) {
        try {
          await notify(alert)
          break
        } catch (error) {
          const { code } = toSightlineError(error)
          log.warn({ sequence, code }, 'could not store the e-mail about an alert')
          if (!code.startsWith('BROKER_')) break
          await pause(RETRY_MS, undefined, { signal: stop }).catch(() => {})
        }
      }
    }
  }
  return { ended: follow() }
}

/** Minimum time between two e-mails about alerts of one display, milliseconds. */
const EVERY_MS = 3_600_000

/**
 * The e-mail that tells the owner of a high-priority display about an alert (DSP-1). Its id names display, owner and
 * hour, so only the first alert in each hour causes one. It names neither plate nor place: people look these up where
 * each look is recorded.
 */
function alertNotice({ display, raisedAt, readStoredAt }: Alert, owner: Person, now: number): Mail | null {
  if (display.priority !== 'high' || owner.state !== 'active') return null
  // The matcher's clock may be behind; the broker stored the read before.
  const at = Math.max(Date.parse(raisedAt), Date.parse(readStoredAt))
  // Too old for an e-mail; the list shows it.
  if (now - at > EVERY_MS) return null
  const about = [display.id, owner.id, String(Math.floor(at / EVERY_MS))].join('\0')
  const id = `alert-${createHash('sha256').update(about).digest('base64url').slice(0, 22)}`
  const text = `${owner.name},\n\nYour watchlist entry ${display.id} (${display.caseRef}) raised an alert at ${raisedAt}. It is a lead: compare the image with the read before anyone acts. You won’t be e-mailed about further alerts for this entry for one hour.\n`
  return mail(id, owner, `An alert for ${display.caseRef}`, text, now)
}
