/**
 * What crosses from one account of the broker to another (schemas/accounts.ts). Whoever is in an account with JetStream is as
 * strong as the whole account: NATS checks the subject to which a client publishes, but neither the one at which it wants the
 * answer nor where a consumer it makes delivers. So each process has an account of its own, and crosses to others by exactly
 * the subjects named here. An answer then comes back by the bridge: a name that the asker gives means something in its own
 * account alone. No bridge makes a consumer, for the same reason: streams are read by direct gets (broker/follow-direct.ts).
 */

export type Account =
  /** JetStream with everything that is kept; the api, and the administrator who sets it up. */
  | 'AGENCY'
  /** The matcher, and JetStream with the reads on their way to it. */
  | 'MATCHER'
  | 'AUDITOR'
  | 'KEEPER'
  | 'REPLAY'
  | 'DEMO'
  | 'EDGE'
  | 'ENROLLED'
  | 'VENDOR'
  /** The server's own. */
  | 'SYS'

/** A subject to which an account may publish, or send requests, in another. */
export interface Service {
  readonly from: Account
  readonly subject: string
  /** What it is called where it is used; the same without it. */
  readonly as: string
  /** A request has more than one answer. */
  readonly answers: 'one' | 'many'
}

/** A subject to which an account may listen in another. */
export interface Heard {
  readonly from: Account
  readonly subject: string
  readonly as: string
}

/** Prefix under which another account's JetStream is reached: its own, where it has one, goes by `$JS.API`. */
export const apiOf = (account: Account): string => `$${account}.API`

/** Publishing to a subject of another account, under its own name. */
export const service = (from: Account, subject: string): Service => ({
  ...{ from, subject, as: subject, answers: 'one' },
})

/** A call of another account's JetStream. */
export const call = (from: Account, name: string, answers: Service['answers'] = 'one'): Service => ({
  ...{ from, subject: `$JS.API.${name}`, as: `${apiOf(from)}.${name}`, answers },
})

/** Where one hears what is published to a subject of another account. */
export const heardAs = (from: Account, subject: string): string => `$${from}.${subject}`

export const heard = (from: Account, subject: string): Heard => ({
  ...{ from, subject, as: heardAs(from, subject) },
})

/** What it takes to read a stream of another account, and nothing else; it has to allow direct gets. */
export const streamReads = (from: Account, stream: string): Service[] => [
  call(from, `STREAM.INFO.${stream}`),
  call(from, `DIRECT.GET.${stream}`, 'many'),
]

/** What it takes to look up single keys of a bucket of another account. */
export const bucketReads = (from: Account, bucket: string): Service[] => [
  call(from, `STREAM.INFO.KV_${bucket}`),
  call(from, `STREAM.MSG.GET.KV_${bucket}`),
]

/** What it takes to write a bucket of another account. @param keys e.g. `>` */
export const bucketWrites = (from: Account, bucket: string, keys: string): Service => {
  const subject = `$KV.${bucket}.${keys}`
  // As the client library calls it when JetStream is reached under a prefix.
  return { from, subject, as: `${apiOf(from)}.${subject}`, answers: 'one' }
}
