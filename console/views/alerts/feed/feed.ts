import { computed, effect, signal, untracked } from '@preact/signals'
import { answer, api } from '../../../api/client.ts'
import { type ProblemError, toProblem, unreachable } from '../../../api/problem.ts'
import { loadSession, may, me, session } from '../../../shell/session.ts'
import { arrived } from '../notify/arrivals.ts'
import { connection, gap, pause } from './connection.ts'
import type { AlertWork } from './entry.ts'
import { type Batch, type Held, MOST_HELD, NOTHING, withBatch, withPage } from './held.ts'
import { followAlerts, type Listener } from './stream.ts'
import { waitMs } from './wait.ts'

/** Alerts of the first page, soon there; and of each one after it. */
const FIRST_PAGE = 100
const PAGE = 500

/**
 * The alerts, whichever view is open: they are followed as long as somebody is signed on who may see them, so that a
 * sound and a number tell of new ones everywhere.
 */
export const held = signal<Held>(NOTHING)

/** Why the list could not be loaded; null when it could. */
export const listProblem = signal<ProblemError | null>(null)

/** Whether older alerts are being asked for. */
export const isLoadingOlder = signal(false)

const mode = computed(() => {
  if (!session.value?.consented || !may('alert.list')) return 'off'
  return may('alert.subscribe') ? 'live' : 'list'
})

effect(() => {
  const stop = new AbortController()
  const how = me.value ? mode.value : 'off'
  untracked(() => {
    if (how === 'live') void keepFollowing(stop.signal)
    if (how === 'list') void reload()
  })
  return () => {
    stop.abort()
    batch = emptyBatch()
    held.value = NOTHING
    listProblem.value = null
    connection.value = { kind: 'off' }
    gap.value = false
  }
})

/** A connection that was lost: since when (ms), and how often it was tried to have it again. */
interface Lost {
  since: number
  tries: number
}

/** Follows the alerts, and goes on where it was after each loss: nothing is missed, nothing comes twice. */
async function keepFollowing(stop: AbortSignal): Promise<void> {
  let last: number | null = null
  let lost: Lost | null = null
  connection.value = { kind: 'connecting' }
  const listener: Listener = {
    ready: (after) => {
      const caughtUp = lost && { lostMs: Date.now() - lost.since, came: 0 }
      connection.value = { kind: 'live', since: Date.now(), caughtUp }
      lost = null
      if (last === null || held.value.next === undefined) void load(after + 1, FIRST_PAGE)
      else void reloadNewest()
      last = after
    },
    gap: () => {
      gap.value = true
      held.value = NOTHING
      void load((last ?? 0) + 1, FIRST_PAGE)
    },
    alert: (sequence, alert) => {
      last = sequence
      const now = connection.value
      if (now.kind === 'live' && now.caughtUp && Date.parse(alert.raisedAt) < now.since) {
        connection.value = { ...now, caughtUp: { ...now.caughtUp, came: now.caughtUp.came + 1 } }
      }
      change(({ alerts }) => alerts.push({ sequence, alert }))
      arrived(sequence, alert)
    },
    work: worked,
    sightings: (counted) => change(({ sightings }) => sightings.push(counted)),
  }
  while (!stop.aborted) {
    const failure = await followAlerts(last, listener, stop).then(unreachable, toProblem)
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
export function worked(work: AlertWork): void {
  change(({ works }) => works.push(work))
}

/** Asks for alerts older than those held, if there are any. */
export async function loadOlder(): Promise<void> {
  const { next, entries } = held.value
  if (typeof next !== 'number' || isLoadingOlder.value || entries.length >= MOST_HELD) return
  isLoadingOlder.value = true
  await load(next, PAGE)
  isLoadingOlder.value = false
}

/** Asks for the list anew: after a failure, and for who is not notified. */
export async function reload(): Promise<void> {
  await load(undefined, FIRST_PAGE)
  if (mode.value === 'list') connection.value = { kind: 'list', at: Date.now() }
}

/** What was done with the newest alerts while the connection was lost is not repeated by the stream. */
async function reloadNewest(): Promise<void> {
  const asOf = held.value
  const limit = Math.min(PAGE, Math.max(1, asOf.entries.length))
  const page = await answer(api.GET('/v1/alerts', { params: { query: { limit } } })).catch(() => null)
  if (page) held.value = withPage(held.value, page.alerts, asOf)
}

async function load(before: number | undefined, limit: number): Promise<void> {
  const asOf = held.value
  try {
    const query = before === undefined ? { limit } : { before, limit }
    const { alerts, next } = await answer(api.GET('/v1/alerts', { params: { query } }))
    if (mode.value === 'off') return
    held.value = withPage(held.value, alerts, asOf, next)
    listProblem.value = null
  } catch (error) {
    listProblem.value = toProblem(error)
  }
}

const emptyBatch = (): Batch => ({ alerts: [], works: [], sightings: [] })
let batch = emptyBatch()
let isDue = false

/** Gathers what comes until the next picture: a burst is drawn once, not a thousand times. */
function change(add: (batch: Batch) => void): void {
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
  held.value = withBatch(held.value, came)
}
