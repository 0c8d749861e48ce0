import type { CameraHealth } from './camera-health.ts'
import { SightlineError } from './errors.ts'
import type { Read } from './read.ts'
import { safeText } from './safe-text.ts'
import { type PictureKind, pictureName } from './subjects.ts'
import { HISTORY_YEARS, oldestAt } from './year.ts'

/**
 * The subject on which a message was published identifies its publisher: the broker lets each key publish only on its
 * own subjects. What the message itself says about its origin is only a claim, and must agree. Whoever takes reads or
 * health reports from a stream checks that here.
 */

/** How far a publisher's clock may be ahead of the broker's, milliseconds: five minutes, as in Kerberos (RFC 4120, 1.6). */
export const MOST_AHEAD_MS = 5 * 60_000

/** The instants, in milliseconds, that a message stored at `storedAt` may state. */
export interface Lifetime {
  readonly earliest: number
  readonly latest: number
}

/**
 * How old a read may be when it is stored: five years, beyond which the agency may not see it (QRY-4). Not less,
 * because an agent that was cut off sends its reads later, however long that took.
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

const READ = /^(?:reads|tests)\.([^.]+)\.([^.]+)(?:\.a?\d+)?$/
const KINDS: readonly PictureKind[] = ['plate', 'vehicle']

/**
 * Checks that a read is its publisher's own, and that its instant is possible.
 * @throws ORIGIN_WRONG when its source, camera or images do not match its subject; INSTANT_WRONG
 */
export function checkRead(read: Read, message: Published): void {
  checkPublisher(read, message)
  checkPictures(read, message)
}

/**
 * The same without the images, which matter only where somebody may look at them.
 * @throws ORIGIN_WRONG, INSTANT_WRONG
 */
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

/** Checks that the images of a read, whose publisher was checked, are its own. @throws ORIGIN_WRONG */
export function checkPictures({ source, camera, id, pictures }: Read, { subject }: Published): void {
  for (const kind of KINDS) {
    const name = pictures[kind]
    if (name !== null && name !== pictureName(source, camera.id, id, kind)) {
      throw wrongOrigin('read', `picture of the ${kind}`, subject)
    }
  }
}

/**
 * The same for a camera's health report. It may be of any age: a report is the last known state, and says when it was
 * made.
 * @throws ORIGIN_WRONG, INSTANT_WRONG
 */
export function checkHealth(report: CameraHealth, { subject, time }: Published): void {
  const own = subject.slice('health.'.length)
  if (report.camera !== own) throw wrongOrigin('health report', 'camera', subject)
  if (report.registration && report.registration.id !== own) {
    throw wrongOrigin('health report', 'registration', subject)
  }
  // A report from tomorrow would show a camera as online until then, whatever happened to it.
  if (!(Date.parse(report.at) <= time.getTime() + MOST_AHEAD_MS)) {
    throw wrongInstant('health report', 'later than the broker stored it')
  }
}

const wrongOrigin = (what: string, part: string, subject: string) =>
  new SightlineError('ORIGIN_WRONG', `the ${what} came on ${safeText(subject)}, but names another ${part}`, {
    hint: 'Check whose key publishes there: its configuration is wrong, or somebody is impersonating another publisher.',
  })

const wrongInstant = (what: string, how: string) =>
  new SightlineError('INSTANT_WRONG', `the ${what} has a time ${how}`, {
    hint: 'Set the clock of the host that published it.',
  })
