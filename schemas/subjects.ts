/**
 * Builds every subject name on the broker; no other code does. A trailing token is always an id that matches `Token`,
 * so a name can be parsed again and a permission can name one camera.
 */

/** Reads of one camera. @param source `edge` for the agency's own agents, or the vendor's id */
export const readSubject = (source: string, cameraId: string) => `reads.${source}.${cameraId}`

/**
 * Test traffic: reads of a load test go the way of every read, but by these subjects, the only ones on which its user may
 * publish. So nobody can forget the mark, and what comes of them stays apart (`TEST_ALERTS`). The prefix is as long as
 * that of other reads, because the matcher looks for the source at one place (origin-bytes.ts).
 */
export const testReadSubject = (source: string, cameraId: string) => `tests.${source}.${cameraId}`

/** Whether a message came as test traffic. */
export const isTestSubject = (subject: string): boolean => subject.startsWith('tests.')

/**
 * Reads of one source and partition, as the broker stores them if it distributes them over several streams.
 * @param subjectOf `readSubject` or `testReadSubject`
 */
export const partitionSubject = (source: string, partition: number, subjectOf = readSubject) =>
  `${subjectOf(source, '*')}.${partition}`

/** A subject as the broker stores it for agent group number `n`, or for any (schemas/agent-groups.ts). */
export const agentSubject = (subject: string, n: number | '*') => `${subject}.${n === '*' ? n : `a${n}`}`

/** The broker's rule that distributes reads by camera: the same camera always goes to the same partition. */
export const partitionMapping = (partitions: number) =>
  Object.fromEntries(
    [readSubject, testReadSubject].map((subjectOf) => [
      subjectOf('*', '*'),
      `${subjectOf('$1', '$2')}.{{partition(${partitions},2)}}`,
    ]),
  )

/** Alerts of one display. */
export const alertSubject = (displayId: string) => `alerts.${displayId}`

/** Alerts of one display that test traffic raised. */
export const testAlertSubject = (displayId: string) => `test-alerts.${displayId}`

/** How often the vehicle of one alert was seen. */
export const sightingsSubject = (alertId: string) => `sightings.${alertId}`

/** The matcher's answer to one canary read. @param id of its camera, which no other read has */
export const canarySubject = (id: string) => `canary.${id}`

/** Health of one camera. */
export const healthSubject = (cameraId: string) => `health.${cameraId}`

/** Audit records of one actor. */
export const auditSubject = (actor: string) => `audit.${actor}`

export const AUDIT_CHECKPOINT_SUBJECT = 'audit-checkpoints'

/**
 * Where a service puts a refused message; the reason is in the headers.
 * @param source of the read, or the bucket: the rejects of one do not displace another's
 */
export const rejectSubject = (service: string, source: string) => `rejects.${service}.${source}`

/**
 * Where the broker announces that it has stored a message of a subject, for streams that other accounts follow. They
 * could not receive the message itself: the broker does not pass what came from one account on to a third.
 */
export const storedSubject = (subject: string) => `stored.${subject}`

/** Headers of a rejected message. */
export const REJECT_HEADERS = {
  code: 'Sightline-Code',
  reason: 'Sightline-Reason',
  subject: 'Sightline-Subject',
  sequence: 'Sightline-Sequence',
} as const

/** Which image of a read. */
export type PictureKind = 'plate' | 'vehicle'

/** Name of a read's image, as the read carries it. */
export const pictureName = (source: string, cameraId: string, readId: string, kind: PictureKind) =>
  `${source}.${cameraId}.${readId}.${kind}`

/**
 * Pattern of the result of `pictureName`. A read may name anything: a wildcard in a subject would find somebody else's
 * image.
 */
export const PICTURE_NAME = '^([A-Za-z0-9_-]{1,64}\\.){3}(plate|vehicle)$'
export const isPictureName = (name: string): boolean => new RegExp(PICTURE_NAME).test(name)

/** Subject under which an image with that name is stored. */
export const pictureSubject = (name: string) => `pictures.${name}`
