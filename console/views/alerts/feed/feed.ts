import { computed, effect, signal, untracked } from '@preact/signals'
import { answer, api } from '../../../api/client.ts'
import { type ProblemError, toProblem, unreachableError } from '../../../api/problem.ts'
import { loadSession, may, me, session } from '../../../shell/session.ts'
import { forget, notifyArrival } from '../notify/arrivals.ts'
import { connection, gap, pause } from './connection.ts'
import type { Alert, AlertWork, Listed } from './entry.ts'
import { EVERYTHING, type Filter } from './filter.ts'
import { type Batch, type Held, MOST_HELD, NOTHING, placeIn, withBatch, withPage } from './held.ts'
import { followAlerts, type Listener, waitMs } from './stream.ts'

/** Size of the first page, which should load fast; and of each later one. */
const FIRST_PAGE = 100
const PAGE = 500

/**
 * The alerts, whichever view is open: they are followed while a user who may see them is signed in, so that a sound and a
 * number announce new ones everywhere.
 */
export const held = signal<Held>(NOTHING)

/** The filter of the alerts; kept while the user opens other views. */
export const filter = signal<Filter>(EVERYTHING)

/** Why the list could not be loaded or refreshed; null if it could. */
export const listProblem = signal<ProblemError | null>(null)

/** Whether older alerts are being loaded. */
export const isLoadingOlder = signal(false)

/** Whether the user was granted no source: each alert has a source, so they see none (ACC-6). */
export const hasNoSource = computed(() => session.value?.sources.length === 0)

/**
 * Who follows the alerts, and of which sources; empty for nobody. A string, so that refreshing the session changes nothing if
 * it is the same.
 */
const follower = computed(() => {
  const mayFollow = session.value?.consented && may('alert.list') && !hasNoSource.value
  return mayFollow ? `${me.value} ${session.value!.sources}` : ''
})

/** Aborted when the user, or what they may see, changes: answers to earlier requests no longer count. */
let stop = new AbortController()

effect(() => {
  stop = new AbortController()
  const own = stop
  if (follower.value) untracked(() => void keepFollowing(follower.value, own.signal))
  return () => {
    own.abort()
    batch = emptyBatch()
    held.value = NOTHING
    listProblem.value = null
    isLoadingOlder.value = false
    connection.value = { kind: 'off' }
    gap.value = false
    forget()
  }
})

/** A lost connection: since when (ms), and how many attempts to restore it. */
interface Lost {
  since: number
  tries: number
}

/** Follows the alerts, and continues after each loss where it was: nothing is missed or duplicated. */
async function keepFollowing(who: string, stop: AbortSignal): Promise<void> {
  let last: number | null = null
  /** Sequence at which it has caught up. */
  let known = 0
  let lost: Lost | null = null
  connection.value = { kind: 'connecting' }
  const listener: Listener = {
    resumes: () => {
      connection.value = { kind: 'connecting' }
    },
    ready: (after, newest) => {
      // The data waiting to be drawn is older than the next answer.
      apply()
      const caughtUp = lost && { lostMs: Date.now() - lost.since, came: 0 }
      connection.value = { kind: 'live', since: Date.now(), caughtUp }
      lost = null
      known = newest
      if (last === null || held.value.next === undefined) void load(after + 1, FIRST_PAGE)
      else void refresh(held.value.entries.at(-1)?.sequence ?? after + 1)
      last = after
    },
    gap: () => {
      gap.value = true
      held.value = NOTHING
      const after = last ?? 0
      void load(after + 1, FIRST_PAGE).then(() => refresh(after + 1))
    },
    stale: () => void refresh(held.value.entries.at(-1)?.sequence ?? known),
    alert: (sequence, alert) => {
      last = sequence
      const isCatchingUp = sequence <= known
      const now = connection.value
      if (isCatchingUp && now.kind === 'live' && now.caughtUp) {
        connection.value = { ...now, caughtUp: { ...now.caughtUp, came: now.caughtUp.came + 1 } }
      }
      change(({ alerts }) => alerts.push({ sequence, alert }))
      notifyArrival(sequence, alert, isCatchingUp && sequence < known)
    },
    work: applyWork,
    judged: applyVerdict,
    sightings: (counted) => change(({ sightings }) => sightings.push(counted)),
  }
  while (!stop.aborted) {
    const failure = await followAlerts(who, () => last, listener, stop).then(unreachableError, toProblem)
    if (stop.aborted) return
    // The listener empties it meanwhile, which the compiler does not see.
    const before = lost as Lost | null
    const now: Lost = { since: before?.since ?? Date.now(), tries: (before?.tries ?? 0) + 1 }
    lost = now
    connection.value = { kind: 'lost', since: now.since, problem: failure }
    // A session that ended, or may see less now, ends this by itself.
    if (failure.status === 401 || failure.status === 403) void loadSession()
    await pause(waitMs(now.tries), stop)
  }
}

/** Somebody's step on an alert: from the stream, or the answer to the user's own step. */
export function applyWork(work: AlertWork): void {
  change(({ works }) => works.push(work))
}

/**
 * An alert as the api has it, which the list already shows. What the stream told since it was asked is newer: a slow answer must
 * not bring back a claim that was released.
 * @param asOf the alerts in memory when it was asked
 */
export function applyAnswer(listed: Listed, asOf: Held): void {
  apply()
  if (placeIn(held.value.entries, listed.sequence) !== undefined)
    held.value = withPage(held.value, [listed], asOf)
}

/** An alert that somebody has judged, including what was hidden until then. */
export function applyVerdict(sequence: number, alert: Alert): void {
  change(({ judged }) => judged.push({ sequence, alert }))
}

/** Loads alerts older than those in memory, if there are any; after a failure only when retried. */
export async function loadOlder(): Promise<void> {
  const { next, entries } = held.value
  if (typeof next !== 'number' || isLoadingOlder.value || listProblem.value || entries.length >= MOST_HELD)
    return
  isLoadingOlder.value = true
  await load(next, PAGE)
  isLoadingOlder.value = false
}

/** Retries what failed. */
export async function retry(): Promise<void> {
  listProblem.value = null
  const oldest = held.value.entries.at(-1)?.sequence
  if (held.value.next === undefined || oldest === undefined) await page({ limit: FIRST_PAGE }, true)
  else await refresh(oldest)
}

/** Counted, so that of two refreshes only the later one continues. */
let refreshes = 0

/**
 * The stream does not repeat steps that were taken while the connection was lost, so those alerts are loaded again, newest
 * first. @param downTo sequence of the oldest of them
 */
async function refresh(downTo: number): Promise<void> {
  const own = ++refreshes
  const limit = Math.min(PAGE, Math.max(FIRST_PAGE, held.value.entries.length))
  let before: number | null | undefined
  do {
    before = await page({ limit, ...(before && { before }) }, false)
  } while (typeof before === 'number' && before > downTo && own === refreshes)
}

const load = (before: number, limit: number): Promise<unknown> => page({ before, limit }, true)

/**
 * Loads a page and adds it.
 * @param continues whether the page directly follows everything in memory
 * @returns where the next page begins; undefined if it failed or is no longer wanted
 */
async function page(
  query: { limit: number; before?: number },
  continues: boolean,
): Promise<number | null | undefined> {
  const asOf = held.value
  const { signal } = stop
  try {
    const { alerts, next } = await answer(api.GET('/v1/alerts', { params: { query } }))
    if (signal.aborted) return undefined
    held.value = withPage(held.value, alerts, asOf, continues ? next : undefined)
    // As long as the first page is missing, that is the problem.
    if (held.value.next !== undefined) listProblem.value = null
    return next
  } catch (error) {
    if (!signal.aborted) listProblem.value = toProblem(error)
    return undefined
  }
}

const emptyBatch = (): Required<Batch> => ({ alerts: [], works: [], sightings: [], judged: [] })
let batch = emptyBatch()
let isDue = false

/** Collects changes until the next repaint: a burst is drawn once, not a thousand times. */
function change(add: (batch: Required<Batch>) => void): void {
  add(batch)
  if (isDue) return
  isDue = true
  // A hidden page does not repaint.
  if (document.hidden) setTimeout(apply, 100)
  else requestAnimationFrame(apply)
}

function apply(): void {
  isDue = false
  const came = batch
  batch = emptyBatch()
  if (Object.values(came).every(({ length }) => length === 0)) return
  held.value = withBatch(held.value, came)
}
