import type { CameraHealth } from './camera-health.ts'
import { SightlineError } from './errors.ts'
import type { Read } from './read.ts'
import { safeText } from './safe-text.ts'
import { type PictureKind, pictureName } from './subjects.ts'
import { HISTORY_YEARS, oldestAt } from './year.ts'

/**
 * Who somebody is, is said by the subject on which a message was published: the broker lets each key publish on its own
 * alone. What the message itself says of its origin is only a claim, and has to be the same. Whoever takes reads or health
 * reports off a stream checks that here.
 */

/** How far a publisher's clock may be ahead of the broker's, milliseconds: five minutes, as in Kerberos (RFC 4120, 1.6). */
export const MOST_AHEAD_MS = 5 * 60_000

/** The instants, in milliseconds, that a message stored at `storedAt` may tell of. */
export interface Lifetime {
  readonly earliest: number
  readonly latest: number
}

/**
 * How old a read may be when it is stored: five years, beyond which the agency may not see it (QRY-4). Nothing less, for an
 * agent that was cut off sends what it read meanwhile, however long that was.
 * @param storedAt by the broker's clock, milliseconds
 */
export const lifetimeOf = (storedAt: number): Lifetime => ({
  earliest: oldestAt(storedAt),
  latest: storedAt + MOST_AHEAD_MS,
})

/** A message as the broker stored it. */
export interface Published {
  readonly subject: string
  /** When, by the broker's clock. */
  readonly time: Date
}

const READ = /^reads\.([^.]+)\.([^.]+)(?:\.a?\d+)?$/
const KINDS: readonly PictureKind[] = ['plate', 'vehicle']

/**
 * Checks that a read is its publisher's own, and of a time at which it can have been made.
 * @throws ORIGIN_WRONG when its source, camera or pictures are not those of its subject; INSTANT_WRONG
 */
export function checkRead(read: Read, message: Published): void {
  checkPublisher(read, message)
  checkPictures(read, message)
}

/** The same without the pictures, which matter only where somebody may look at them. @throws ORIGIN_WRONG, INSTANT_WRONG */
export function checkPublisher(read: Read, { subject, time }: Published): void {
  const [, source, camera] = READ.exec(subject) ?? []
  if (read.source !== source) throw wrongOrigin('read', 'source', subject)
  if (read.camera.id !== camera) throw wrongOrigin('read', 'camera', subject)
  const seenAt = Date.parse(read.seenAt)
  const { earliest, latest } = lifetimeOf(time.getTime())
  if (!(seenAt <= latest)) throw wrongInstant('read', 'later than the broker stored it')
  if (seenAt < earliest)
    throw wrongInstant('read', `more than ${HISTORY_YEARS} years before the broker stored it`)
}

/** That pictures of a read, whose publisher was checked, are its own. @throws ORIGIN_WRONG */
export function checkPictures({ source, camera, id, pictures }: Read, { subject }: Published): void {
  for (const kind of KINDS) {
    const name = pictures[kind]
    if (name !== null && name !== pictureName(source, camera.id, id, kind)) {
      throw wrongOrigin('read', `picture of the ${kind}`, subject)
    }
  }
}

/**
 * The same of a camera's health report; it may be of any age: a report is the last thing known, and says when it was made.
 * @throws ORIGIN_WRONG, INSTANT_WRONG
 */
export function checkHealth(report: CameraHealth, { subject, time }: Published): void {
  const own = subject.slice('health.'.length)
  if (report.camera !== own) throw wrongOrigin('health report', 'camera', subject)
  if (report.registration && report.registration.id !== own) {
    throw wrongOrigin('health report', 'registration', subject)
  }
  // One of tomorrow would show a camera as heard until then, whatever became of it.
  if (!(Date.parse(report.at) <= time.getTime() + MOST_AHEAD_MS)) {
    throw wrongInstant('health report', 'later than the broker stored it')
  }
}

const wrongOrigin = (what: string, part: string, subject: string) =>
  new SightlineError('ORIGIN_WRONG', `the ${what} came on ${safeText(subject)}, and names another ${part}`, {
    hint: 'See whose key publishes there: a mistake in its configuration, or somebody who speaks for others.',
  })

const wrongInstant = (what: string, how: string) =>
  new SightlineError('INSTANT_WRONG', `the ${what} is of an instant ${how}`, {
    hint: 'Set the clock of the host that published it.',
  })
