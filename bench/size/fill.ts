import type { NatsConnection } from '@nats-io/transport-node'
import { loadSeal } from '@sightline/api/shared/seal'
import { DEFAULT_CONSENT_FILE, readConsent } from '@sightline/api/sign-on/consent'
import { newSession, newSessionToken, sessionKey } from '@sightline/api/sign-on/sessions'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { instant } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import { type ChainEnd, EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import type { Person } from '@sightline/schemas/person'
import {
  ACCESS,
  ALERT_WORK,
  AUDIT_REVIEWS,
  CASES,
  DISPLAYS,
  DISSEMINATIONS,
  EDGE_AGENTS,
  LOOKOUTS,
  MAIL,
  PEOPLE,
  PRODUCTS,
  SAVED,
  SESSIONS,
} from '@sightline/schemas/streams'
import { alertSubject, auditSubject, healthSubject } from '@sightline/schemas/subjects'
import {
  type Agency,
  accessOf,
  agentOf,
  alertOf,
  CALLERS,
  type Caller,
  callerId,
  caseOf,
  displayOf,
  disseminationOf,
  healthOf,
  lookoutOf,
  mailOf,
  people,
  productOf,
  reviewOf,
  savedOf,
  workOf,
} from './agency.ts'
import { auditContent } from './audit-content.ts'

const YEAR_MS = 365 * 86_400_000

/** Stored before the api starts, as the api itself would have stored it in years. */
export interface Filled {
  /** Cookie of each caller's session. */
  cookies: Record<Caller, string>
  messages: number
}

/**
 * Writes an agency straight into buckets and streams: through the api it would take days.
 * @param now milliseconds
 */
export async function fillAgency(
  admin: NatsConnection,
  keys: string,
  agency: Agency,
  now: number,
): Promise<Filled> {
  const seal = await loadSeal(keys, createLog('bench', 'silent'))
  const sealed = (bucket: string, key: string, value: object): Outgoing =>
    entry(bucket, key, seal.close(bucket, key, JSON.stringify(value)))
  const { version } = await readConsent(DEFAULT_CONSENT_FILE)
  const cookies = {} as Record<Caller, string>
  const signedOn = (person: Person, caller: Caller): Outgoing => {
    const token = newSessionToken()
    cookies[caller] = `sightline=${token}`
    const session = { ...newSession(person, 'password', now), consent: { version, at: instant(now) } }
    return sealed(SESSIONS, sessionKey(token), session)
  }

  function* ofPeople(): Generator<Outgoing> {
    let n = 0
    for (const person of people(agency, now)) {
      yield sealed(PEOPLE, person.id, person)
      yield sealed(ACCESS, person.id, accessOf(person, n++, now))
      const caller = CALLERS.find((one) => callerId(one) === person.id)
      if (caller) yield signedOn(person, caller)
    }
  }
  const { stored } = await publishAll(admin, all([ofPeople(), records(agency, now), auditLog(agency, now)]), {
    user: 'admin',
  })
  return { cookies, messages: stored }
}

const entry = (bucket: string, key: string, payload: string): Outgoing => ({
  ...{ subject: `$KV.${bucket}.${key}`, payload, msgID: `${bucket}.${key}` },
})

function* all<T>(parts: Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part
}

function* records(agency: Agency, now: number): Generator<Outgoing> {
  const of = function* <T>(
    bucket: string,
    count: number,
    make: (n: number) => T,
    keyOf: (made: T) => string,
  ) {
    for (let n = 0; n < count; n++) {
      const made = make(n)
      yield entry(bucket, keyOf(made), JSON.stringify(made))
    }
  }
  const byId = ({ id }: { id: string }) => id
  yield* of(CASES, agency.cases, (n) => caseOf(n, agency, now), byId)
  yield* of(DISPLAYS, agency.displays, (n) => displayOf(n, agency, now), byId)
  yield* of(
    SAVED,
    agency.saved,
    (n) => savedOf(n, agency, now),
    (one) => `${one.case}.${one.read.id}`,
  )
  yield* of(PRODUCTS, agency.products, (n) => productOf(n, agency, now), byId)
  yield* of(LOOKOUTS, agency.lookouts, (n) => lookoutOf(n, agency, now), byId)
  yield* of(DISSEMINATIONS, agency.disseminations, (n) => disseminationOf(n, agency, now), byId)
  yield* of(
    ALERT_WORK,
    agency.alertWork,
    (n) => workOf(n, agency, now),
    ({ alertId }) => alertId,
  )
  yield* of(MAIL, agency.mails, (n) => mailOf(n, agency, now), byId)
  yield* of(
    AUDIT_REVIEWS,
    agency.reviews,
    (n) => reviewOf(n, now),
    ({ quarter }) => quarter,
  )
  for (let n = 0; n < agency.alerts; n++) {
    const alert = alertOf(n, agency, now)
    yield { subject: alertSubject(alert.display.id), payload: JSON.stringify(alert), msgID: alert.id }
  }
  for (let n = 0; n < agency.agents; n++) {
    const agent = agentOf(n, now)
    yield entry(EDGE_AGENTS, agent.name, JSON.stringify(agent))
    for (const health of healthOf(n, now)) {
      yield {
        subject: healthSubject(health.camera),
        payload: JSON.stringify(health),
        msgID: `health.${health.camera}`,
      }
    }
  }
}

function* auditLog(agency: Agency, now: number): Generator<Outgoing> {
  let end: ChainEnd = EMPTY_CHAIN
  const world = { ...agency, start: now - YEAR_MS, everyMs: Math.floor(YEAR_MS / agency.audit) }
  for (let number = 1; number <= agency.audit; number++) {
    const content = auditContent(number, world)
    const sealed = sealRecord(content, end)
    end = sealed.end
    yield { subject: auditSubject(content.actor), payload: sealed.text, msgID: end.hash }
  }
}
