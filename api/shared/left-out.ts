import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { safeText } from '@sightline/schemas/safe-text'
import { Counter } from 'prom-client'

/** A malformed stored value: lists leave it out, and requests for it get this error. */
export class MalformedRecord extends SightlineError {
  /** Its revision, for replacing it. */
  readonly revision: number

  /** @param what name of one value in errors: `access request` */
  constructor(what: string, revision: number, cause: unknown) {
    super('RECORD_MALFORMED', `the stored ${what} is malformed, so nothing is done with it`, {
      cause,
      hint: "Tell operations. The api's log says which one it is.",
    })
    this.revision = revision
  }
}

/** For `catch` when several are requested: a malformed one counts as missing, and the others are shown. */
export function ignoreMalformed(thrown: unknown): undefined {
  if (!(thrown instanceof MalformedRecord)) throw thrown
}

/** The same when it may be replaced: returns a substitute, at its revision. */
export const replaceMalformed =
  <T>(value: T) =>
  (thrown: unknown): { value: T; revision: number } => {
    if (thrown instanceof MalformedRecord) return { value, revision: thrown.revision }
    throw thrown
  }

/** Place of a value. */
export interface Place {
  /** Name of the stream or bucket. */
  store: string
  /** Key, or subject. */
  key: string
  /** Revision, or sequence. */
  revision: number
}

/** For the registry of each api in this process (plugins/app/metrics.ts). */
export const leftOutTotal = new Counter({
  name: 'sightline_api_left_out_total',
  help: 'Malformed stored values that were left out, each counted once',
  labelNames: ['store'],
  registers: [],
})

/** Values already reported, per log: a list that is read each second reports each once. */
const known = new WeakMap<Logger, Set<string>>()
const MOST_KNOWN = 10_000

/** Reports a left-out value to operations: in the log, without its content, and as a metric. */
export function logLeftOut(log: Logger, { store, key, revision }: Place, thrown: unknown): void {
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
