import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { NewCase } from '@sightline/schemas/case'
import type { Display, NewDisplay } from '@sightline/schemas/display'
import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'
import type { Call } from '../sign-on.ts'
import { plateOf } from './plan.ts'

/** Somebody at work: cases, displays, alerts, searches; each step is repeated until it has an answer. */

export interface Analyst {
  /** The vehicle that each display waits for, by the id of the display. */
  readonly watched: ReadonlyMap<string, number>
  /** How often each thing was acknowledged, by action and what it was about, as the audit log should have it. */
  readonly acknowledged: ReadonlyMap<string, number>
  /** Ends what is being done, then stops. */
  finish(): Promise<void>
}

export interface AnalystOptions {
  readonly person: string
  /** Signs the person in; called again when a session is over. */
  enter(): Promise<Call>
  /** Time between two displays, and between two looks at the alerts, milliseconds. */
  readonly everyMs: number
  /** Called when a display is stored: from now on its vehicle is an alert. */
  onDisplay(vehicle: number): void
  newVehicle(): number
  /** Whether there is a vendor to search; there is one without it. */
  readonly searches?: boolean
  /** A refusal that no failing part explains. */
  onRefusal(what: string, error: Error): void
  readonly signal: AbortSignal
}

const AGAIN_MS = 500
/** The session is over: the analyst signs in again. */
const SIGNED_OUT: readonly ErrorCode[] = ['SESSION_ENDED', 'NOT_SIGNED_ON', 'CONSENT_MISSING']

/** A failing part explains it: also when the first try of a write waits for that part, and the next one is told so. */
const isExplained = ({ code, httpStatus }: SightlineError) =>
  httpStatus === 503 || httpStatus === 429 || code === 'WRITE_IN_PROGRESS'

interface Row {
  sequence: number
  alert: { id: string; display: { id: string } }
  work: { state: string } | null
}

export async function startAnalyst(options: AnalystOptions): Promise<Analyst> {
  const { person, enter, everyMs, onDisplay, newVehicle, searches = true, onRefusal, signal } = options
  const watched = new Map<string, number>()
  const acknowledged = new Map<string, number>()
  let call: Call | null = null
  let finishing = false

  /** One request, again and again until it is answered. @returns null when it is refused, or the run ends */
  async function ask(path: string, body?: object): Promise<unknown> {
    const headers = body && { 'idempotency-key': randomUUID() }
    while (!signal.aborted) {
      try {
        call ??= await enter()
        return await call(path, body, headers)
      } catch (error) {
        if (error instanceof SightlineError && SIGNED_OUT.includes(error.code)) call = null
        else if (error instanceof SightlineError && !isExplained(error)) {
          onRefusal(path, error)
          return null
        }
        await pause(AGAIN_MS)
      }
    }
    return null
  }

  function acknowledge(action: string, about: string): void {
    const key = `${action} ${about}`
    acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1)
  }

  async function repeat(work: (n: number) => Promise<void>): Promise<void> {
    for (let n = 0; !finishing && !signal.aborted; n++) {
      await work(n)
      await pause(everyMs)
    }
  }

  async function watch(n: number, confirmNotice: string): Promise<void> {
    const vehicle = newVehicle()
    const caseRef = `SOAK-${person}-${n}`
    if (!(await ask('/v1/cases', caseOf(caseRef, vehicle)))) return
    acknowledge('case.create', caseRef)
    const display: NewDisplay = { plate: plateOf(vehicle), caseRef, reason: REASON, confirmNotice }
    const stored = (await ask('/v1/displays', display)) as Display | null
    if (!stored) return
    acknowledge('display.create', caseRef)
    watched.set(stored.id, vehicle)
    onDisplay(vehicle)
    const search = { plate: plateOf(vehicle), caseRef, purpose: PURPOSE }
    if (searches && n % SEARCH_EVERY === 0 && (await ask('/v1/search', search)))
      acknowledge('query.search', caseRef)
  }

  async function judge(): Promise<void> {
    const page = (await ask('/v1/alerts?limit=50')) as { alerts: Row[] } | null
    for (const { sequence, alert, work } of page?.alerts ?? []) {
      if (finishing || !watched.has(alert.display.id) || (work && work.state !== 'new')) continue
      if (!(await ask(`/v1/alerts/${sequence}/claim`, {}))) continue
      acknowledge('alert.claim', alert.id)
      if (await ask(`/v1/alerts/${sequence}/rejection`, REJECTION)) acknowledge('alert.reject', alert.id)
    }
  }

  const notice = (await ask('/v1/displays/notice')) as { version: string } | null
  const working = Promise.all([repeat((n) => watch(n, notice?.version ?? '')), repeat(judge)])
  return {
    watched,
    acknowledged,
    async finish() {
      finishing = true
      await working
    },
  }
}

const SEARCH_EVERY = 5
const REASON = 'Made up: seen at the lot during the nights of the thefts.'
const PURPOSE = 'Find out who takes trailers from the lots at the port'
const REJECTION = { plate: null, region: null, reason: 'Made up: the camera sent no image.' }

const caseOf = (caseRef: string, vehicle: number): NewCase => ({
  kind: 'event',
  caseRef,
  title: 'A trailer taken from the port (made up)',
  authority: 'Made up: 19 U.S.C. 1595a',
  purpose: PURPOSE,
  subjects: [{ about: { plate: plateOf(vehicle) }, reason: REASON }],
})
