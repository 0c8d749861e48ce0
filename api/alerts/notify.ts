import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { Alert } from '@sightline/schemas/alert'
import { toSightlineError } from '@sightline/schemas/errors'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { several } from '@sightline/schemas/several'
import { mail } from '../access/notices.ts'
import type { PeopleStores } from '../people/stores.ts'
import type { Mailbox } from '../shared/mail.ts'
import { withoutPlates } from './cover.ts'
import type { AlertStore } from './store.ts'

export interface NotifyDeps extends Pick<PeopleStores, 'people'> {
  alerts: Pick<AlertStore, 'follow' | 'range' | 'get'>
  mailbox: Pick<Mailbox, 'post'>
  clock: Clock
  log: Logger
}

/** Alerts checked again after a start, at most: so many in two hours are more than a flood. */
const LOOK_BACK = 100_000

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
  const tallies = new Map<string, Tally>()
  const digests = new Map<string, Digest>()
  // After the next start their alerts are read again.
  stop.addEventListener('abort', () => {
    for (const { timer } of digests.values()) clearTimeout(timer)
  })

  /** What an owner was told in the hour of an alert. Alerts of two hours come mixed at the full hour. */
  const tallyOf = (owner: string, hour: number): Tally => {
    const key = [owner, hour % 2].join('\0')
    const known = tallies.get(key)
    if (known?.hour === hour) return known
    const begun = { hour, first: new Set<string>(), told: new Set<string>() }
    tallies.set(key, begun)
    return begun
  }

  const notify = async (alert: Alert) => {
    const { display } = alert
    const at = timeOf(alert)
    const hour = Math.floor(at / EVERY_MS)
    const now = clock()
    if (display.priority !== 'high' || hour < firstHour(now)) return
    const { first, told } = tallyOf(display.owner, hour)
    if (told.has(display.id)) return
    if (first.size < ONE_BY_ONE) first.add(display.id)
    // Too old for an e-mail; the list shows it. It counts, so that a restart finds the same ones first.
    if (now - at > EVERY_MS) return
    if (!first.has(display.id)) return gather(alert, Math.floor(at / GATHER_MS))
    const owner = (await people.find(display.owner))?.value
    if (owner?.state !== 'active') return
    await mailbox.post(alertNotice(alert, owner, clock()))
    told.add(display.id)
  }

  /** Counts an alert for the e-mail about all of a span of time, which is posted at the span's end. */
  const gather = ({ display }: Alert, span: number) => {
    const key = [display.owner, span].join('\0')
    const digest = digests.get(key) ?? { owner: display.owner, span, displays: new Set(), timer: undefined }
    digests.set(key, digest)
    digest.displays.add(display.id)
    const post = async () => {
      const owner = (await people.find(digest.owner))?.value
      if (owner?.state === 'active') await mailbox.post(digestNotice(digest, owner, clock()))
    }
    const atEnd = async () => {
      await persistently(post, 'could not store the e-mail about many alerts')
      digests.delete(key)
    }
    const left = (span + 1) * GATHER_MS - clock()
    if (digest.timer && left > SETTLE_MS) return
    // Alerts of a span that is over are still being read, after a start all at once: what is posted cannot be corrected.
    clearTimeout(digest.timer)
    digest.timer = setTimeout(() => void atEnd(), Math.min(Math.max(SETTLE_MS, left), EVERY_MS))
  }

  /** Does something that needs the broker until it is done or can never be. */
  const persistently = async (work: () => Promise<void>, trouble: string, sequence?: number) => {
    while (!stop.aborted) {
      try {
        return await work()
      } catch (error) {
        const { code } = toSightlineError(error)
        log.warn({ sequence, code }, trouble)
        if (!code.startsWith('BROKER_')) return
        await pause(RETRY_MS, undefined, { signal: stop }).catch(() => {})
      }
    }
  }

  const begin = await recentFrom(alerts, firstHour(clock()) * EVERY_MS)
  const follow = async () => {
    for await (const { sequence, alert } of alerts.follow(begin, stop)) {
      await persistently(() => notify(alert), 'could not store the e-mail about an alert', sequence)
    }
  }
  return { ended: follow() }
}

/** Minimum time between two e-mails about alerts of one display, milliseconds. */
const EVERY_MS = 3_600_000
/** Displays of one owner about which there are e-mails one by one in an hour; the rest are gathered. */
const ONE_BY_ONE = 5
/** The hour of the oldest alert that may still cause an e-mail. */
const firstHour = (now: number): number => Math.floor((now - EVERY_MS) / EVERY_MS)
/** How long no further alert of a span must have come before its e-mail is posted, milliseconds. */
const SETTLE_MS = 5000
/** Span of time whose alerts beyond that become one e-mail, milliseconds. */
const GATHER_MS = 600_000

interface Tally {
  hour: number
  /** The first displays with an alert in this hour. */
  first: Set<string>
  /** Displays with an e-mail of their own in this hour. */
  told: Set<string>
}

interface Digest {
  owner: string
  /** Number of the span of time. */
  span: number
  displays: Set<string>
  timer: NodeJS.Timeout | undefined
}

/**
 * The sequence after which alerts of a time and later are, for alerts that were raised while no api ran. Alerts come
 * nearly in the order of their times.
 */
async function recentFrom({ range, get }: NotifyDeps['alerts'], since: number): Promise<number> {
  const { first, last } = await range()
  let [low, high] = [Math.max(first - 1, last - LOOK_BACK), last]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const at = await get(middle).then(timeOf, (error) => {
      if (toSightlineError(error).code.startsWith('BROKER_')) throw error
      // One that is malformed or gone tells nothing: more are read than needed.
      return since
    })
    if (at < since) low = middle
    else high = middle - 1
  }
  return low
}

/** The matcher's clock may be behind; the broker stored the read before. */
const timeOf = ({ raisedAt, readStoredAt }: Alert): number =>
  Math.max(Date.parse(raisedAt), Date.parse(readStoredAt))

const hashOf = (...about: string[]): string =>
  createHash('sha256').update(about.join('\0')).digest('base64url').slice(0, 22)

/**
 * The e-mail that tells the owner of a high-priority display about an alert (DSP-1). Its id names display, owner and
 * hour, so only the first alert in each hour causes one. It names neither plate nor place: people look these up where
 * each look is recorded.
 */
function alertNotice(alert: Alert, owner: Person, now: number): Mail {
  const { display, raisedAt, read } = alert
  const caseRef = withoutPlates(display.caseRef, [display.plate, read.plate])
  const id = `alert-${hashOf(display.id, owner.id, String(Math.floor(timeOf(alert) / EVERY_MS)))}`
  const text = `${owner.name},\n\nYour watchlist entry ${display.id} (${caseRef}) raised an alert at ${raisedAt}. It is a lead: compare the image with the read before anyone acts. You won’t be e-mailed about further alerts for this entry for one hour.\n`
  return mail(id, owner, `An alert for ${caseRef}`, text, now)
}

/** One e-mail about the alerts of many displays: nobody reads thousands (DSP-1). Every process posts the same id. */
function digestNotice({ span, displays }: Digest, owner: Person, now: number): Mail {
  const many = several(displays.size, 'more watchlist entry', 'more watchlist entries')
  const [from, to] = [span, span + 1].map((one) => instant(one * GATHER_MS))
  const text = `${owner.name},\n\nBetween ${from} and ${to}, ${many} of yours raised alerts. The console lists them under Alerts. They are leads: compare each image with the read before anyone acts. When many entries raise alerts in an hour, you are e-mailed about the first ${ONE_BY_ONE} one by one, and about the rest once in ten minutes.\n`
  return mail(`alerts-${hashOf(owner.id, String(span))}`, owner, `Alerts for ${many}`, text, now)
}
