/**
 * What crosses from one account of the broker to another (schemas/accounts.ts). A client in an account with JetStream
 * is as powerful as the whole account: NATS checks the subject to which a client publishes, but neither the reply
 * subject nor the delivery subject of a consumer it creates. So each process has its own account, and reaches others
 * only by the subjects named here. A reply then returns over the bridge, so a reply subject only has a meaning in the
 * requester's own account. For the same reason no bridge creates a consumer: streams are read by direct gets
 * (broker/follow-direct.ts).
 */

export type Account =
  /** JetStream with everything that is kept; the api, and the administrator who sets it up. */
  | 'AGENCY'
  /** The matcher, and JetStream with the reads on their way to it. */
  | 'MATCHER'
  | 'AUDITOR'
  | 'KEEPER'
  | 'REPLAY'
  | 'OBSERVER'
  | 'EDGE'
  | 'ENROLLED'
  | 'VENDOR'
  /** The server's own. */
  | 'SYS'

/** A subject to which an account may publish, or send requests, in another. */
export interface Service {
  readonly from: Account
  readonly subject: string
  /** Its name where it is used; without it the same. */
  readonly as: string
  /** Whether a request has more than one answer. */
  readonly answers: 'one' | 'many'
}

/** A subject of another account that an account may subscribe to. */
export interface Heard {
  readonly from: Account
  readonly subject: string
  readonly as: string
}

/** Prefix under which another account's JetStream is reached. An account's own JetStream, if any, uses `$JS.API`. */
export const apiOf = (account: Account): string => `$${account}.API`

/** Publishing to a subject of another account, under its own name. */
export const service = (from: Account, subject: string): Service => ({
  from,
  subject,
  as: subject,
  answers: 'one',
})

/** A JetStream call in another account. */
export const callOf = (from: Account, name: string, answers: Service['answers'] = 'one'): Service => ({
  from,
  subject: `$JS.API.${name}`,
  as: `${apiOf(from)}.${name}`,
  answers,
})

/** Subject under which messages from another account's subject arrive. */
export const heardSubject = (from: Account, subject: string): string => `$${from}.${subject}`

export const hearSubject = (from: Account, subject: string): Heard => ({
  from,
  subject,
  as: heardSubject(from, subject),
})

/** What reading a stream of another account needs, and nothing else; the stream must allow direct gets. */
export const streamReads = (from: Account, stream: string): Service[] => [
  callOf(from, `STREAM.INFO.${stream}`),
  callOf(from, `DIRECT.GET.${stream}`, 'many'),
]

/** What looking up single keys of another account's bucket needs. */
export const bucketReads = (from: Account, bucket: string): Service[] => [
  callOf(from, `STREAM.INFO.KV_${bucket}`),
  callOf(from, `STREAM.MSG.GET.KV_${bucket}`),
]

/** What writing a bucket of another account needs. @param keys e.g. `>` */
export const bucketWrites = (from: Account, bucket: string, keys: string): Service => {
  const subject = `$KV.${bucket}.${keys}`
  // The name that the client library uses when JetStream is reached under a prefix.
  return { from, subject, as: `${apiOf(from)}.${subject}`, answers: 'one' }
}
