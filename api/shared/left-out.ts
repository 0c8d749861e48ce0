import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { safeText } from '@sightline/schemas/safe-text'
import { Counter } from 'prom-client'

/** A stored value that is not what it should be: lists leave it out, and whoever asks for it is told so. */
export class MalformedRecord extends SightlineError {
  /** At which it stands, for who may put something else in its place. */
  readonly revision: number

  /** @param what one of the things, as an error calls it: `access request` */
  constructor(what: string, revision: number, cause: unknown) {
    super('RECORD_MALFORMED', `the stored ${what} is malformed, so nothing is done with it`, {
      cause,
      hint: "Tell operations. The api's log says which one it is.",
    })
    this.revision = revision
  }
}

/** For `catch` where several are asked for: one that is malformed is as good as none, and the others are to be seen. */
export function unlessMalformed(thrown: unknown): undefined {
  if (!(thrown instanceof MalformedRecord)) throw thrown
}

/** The same where something else is to be put in its place: gives what it is as good as, at its revision. */
export const malformedAs =
  <T>(value: T) =>
  (thrown: unknown): { value: T; revision: number } => {
    if (thrown instanceof MalformedRecord) return { value, revision: thrown.revision }
    throw thrown
  }

/** Where a value stands. */
export interface Place {
  /** Name of the stream or bucket. */
  store: string
  /** Key, or subject. */
  key: string
  /** Revision, or sequence. */
  revision: number
}

/** For the registry of each api of this process (plugins/app/metrics.ts). */
export const leftOutTotal = new Counter({
  name: 'sightline_api_left_out_total',
  help: 'Malformed stored values that were left out, each counted once',
  labelNames: ['store'],
  registers: [],
})

/** Met before, by the log that told of them: a list that is read each second tells of each once. */
const known = new WeakMap<Logger, Set<string>>()
const MOST_KNOWN = 10_000

/** Tells operations of a value that was left out: in the log, without a word of it, and as a figure. */
export function leftOut(log: Logger, { store, key, revision }: Place, thrown: unknown): void {
  const place = `${store} ${key} ${revision}`
  const told = known.get(log) ?? new Set()
  known.set(log, told)
  if (told.has(place)) return
  if (told.size >= MOST_KNOWN) told.clear()
  told.add(place)
  leftOutTotal.inc({ store })
  const { code } = toSightlineError(thrown)
  log.error({ store, key: safeText(key), revision, code }, 'left out a malformed stored value')
}
