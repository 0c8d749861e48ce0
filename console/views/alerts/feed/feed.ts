import { computed, effect, signal, untracked } from '@preact/signals'
import { answer, api } from '../../../api/client.ts'
import { type ProblemError, toProblem, unreachableError } from '../../../api/problem.ts'
import { loadSession, may, me, session } from '../../../shell/session.ts'
import { forget, notifyArrival } from '../notify/arrivals.ts'
import { connection, gap, pause } from './connection.ts'
import type { Alert, AlertWork } from './entry.ts'
import { type Batch, type Held, MOST_HELD, NOTHING, withBatch, withPage } from './held.ts'
import { followAlerts, type Listener, waitMs } from './stream.ts'

/** Alerts of the first page, soon there; and of each one after it. */
const FIRST_PAGE = 100
const PAGE = 500

/**
 * The alerts, whichever view is open: they are followed as long as somebody is signed on who may see them, so that a
 * sound and a number tell of new ones everywhere.
 */
export const held = signal<Held>(NOTHING)

/** Why the list could not be loaded, or not be asked for again; null when it could. */
export const listProblem = signal<ProblemError | null>(null)

/** Whether older alerts are being asked for. */
export const isLoadingOlder = signal(false)

/** Whether who is signed on was granted no source: alerts are of sources, so they see none (ACC-6). */
export const hasNoSource = computed(() => session.value?.sources.length === 0)

/**
 * Who follows the alerts, and of which sources; empty for nobody. A text, so that asking again who is signed on changes
 * nothing as long as it is the same.
 */
const follower = computed(() => {
  const mayFollow = session.value?.consented && may('alert.list') && !hasNoSource.value
  return mayFollow ? `${me.value} ${session.value!.sources}` : ''
})

/** Aborted when who is signed on, or what they may see, is another: no answer that was asked for before counts. */
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

/** A connection that was lost: since when (ms), and how often it was tried to have it again. */
interface Lost {
  since: number
  tries: number
}

/** Follows the alerts, and goes on where it was after each loss: nothing is missed, nothing comes twice. */
async function keepFollowing(who: string, stop: AbortSignal): Promise<void> {
  let last: number | null = null
  /** Sequence up to which it catches up. */
  let known = 0
  let lost: Lost | null = null
  connection.value = { kind: 'connecting' }
  const listener: Listener = {
    resumes: () => {
      connection.value = { kind: 'connecting' }
    },
    ready: (after, newest) => {
      // What waits to be drawn is older than what is asked for now.
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
    // An ended session, or one that may see less now, ends this by itself.
    if (failure.status === 401 || failure.status === 403) void loadSession()
    await pause(waitMs(now.tries), stop)
  }
}

/** What somebody did with an alert: from the stream, or the answer to one's own step. */
export function applyWork(work: AlertWork): void {
  change(({ works }) => works.push(work))
}

/** An alert that somebody has judged, with what was covered until then. */
export function applyVerdict(sequence: number, alert: Alert): void {
  change(({ judged }) => judged.push({ sequence, alert }))
}

/** Asks for alerts older than those held, if there are any; not after a failure until it is tried again. */
export async function loadOlder(): Promise<void> {
  const { next, entries } = held.value
  if (typeof next !== 'number' || isLoadingOlder.value || listProblem.value || entries.length >= MOST_HELD)
    return
  isLoadingOlder.value = true
  await load(next, PAGE)
  isLoadingOlder.value = false
}

/** Tries again what failed. */
export async function retry(): Promise<void> {
  listProblem.value = null
  const oldest = held.value.entries.at(-1)?.sequence
  if (held.value.next === undefined || oldest === undefined) await page({ limit: FIRST_PAGE }, true)
  else await refresh(oldest)
}

/** Counted, so that of two refreshes the later one goes on alone. */
let refreshes = 0

/**
 * What was done with alerts while the connection was lost is not repeated by the stream, so they are asked for again,
 * newest first. @param downTo sequence of the oldest of them
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
 * Asks for a page and adds it.
 * @param continues whether what comes after it is what comes after all that is held
 * @returns where the page after it begins; undefined when it failed or nobody wants it any more
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

/** Gathers what comes until the next picture: a burst is drawn once, not a thousand times. */
function change(add: (batch: Required<Batch>) => void): void {
  add(batch)
  if (isDue) return
  isDue = true
  // A page that is not looked at draws no pictures.
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
