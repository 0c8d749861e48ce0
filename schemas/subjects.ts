/**
 * Every subject name on the broker, built here and nowhere else. A trailing token is always an id that
 * matches `Token`, so a name can be taken apart again and a permission can name one camera.
 */

/** Reads of one camera. @param source `edge` for the agency's own agents, or the vendor's id */
export const readSubject = (source: string, cameraId: string) => `reads.${source}.${cameraId}`

/** Reads of one source and partition, as the broker stores them where it spreads them over several streams. */
export const partitionSubject = (source: string, partition: number) =>
  `${readSubject(source, '*')}.${partition}`

/** A subject as the broker stores it for the edge agents of share number `n` (schemas/shares.ts). */
export const agentSubject = (subject: string, n: number) => `${subject}.a${n}`

/** The broker's rule that spreads reads by their camera: the same camera always comes to the same partition. */
export const partitionMapping = (partitions: number) => ({
  [readSubject('*', '*')]: `${readSubject('$1', '$2')}.{{partition(${partitions},2)}}`,
})

/** Alerts of one display. */
export const alertSubject = (displayId: string) => `alerts.${displayId}`

/** How often the vehicle of one alert was seen. */
export const sightingsSubject = (alertId: string) => `sightings.${alertId}`

/** Health of one camera. */
export const healthSubject = (cameraId: string) => `health.${cameraId}`

/** Audit records of one actor. */
export const auditSubject = (actor: string) => `audit.${actor}`

export const AUDIT_CHECKPOINT_SUBJECT = 'audit-checkpoints'

/**
 * Where a service sets aside a message that it had to refuse; the reason is in the headers.
 * @param source of whose reads it is one, or the bucket: the rejects of one push out none of another
 */
export const rejectSubject = (service: string, source: string) => `rejects.${service}.${source}`

/**
 * Where the broker says that it has stored a message of a subject, of streams that other accounts follow. They could not hear
 * the message itself: what came from another account is not passed on to a third.
 */
export const storedSubject = (subject: string) => `stored.${subject}`

/** Headers of a message that was set aside. */
export const REJECT_HEADERS = {
  code: 'Sightline-Code',
  reason: 'Sightline-Reason',
  subject: 'Sightline-Subject',
  sequence: 'Sightline-Sequence',
} as const

/** Which picture of a read. */
export type PictureKind = 'plate' | 'vehicle'

/** Name of a read's picture, as the read carries it. */
export const pictureName = (source: string, cameraId: string, readId: string, kind: PictureKind) =>
  `${source}.${cameraId}.${readId}.${kind}`

/** What `pictureName` makes. A read may name anything: in a subject a wildcard would find somebody else's picture. */
export const PICTURE_NAME = '^([A-Za-z0-9_-]{1,64}\\.){3}(plate|vehicle)$'
export const isPictureName = (name: string): boolean => new RegExp(PICTURE_NAME).test(name)

/** Subject under which a picture of that name is stored. */
export const pictureSubject = (name: string) => `pictures.${name}`
