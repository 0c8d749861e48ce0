import { jetstream } from '@nats-io/jetstream'
import { emptyFile } from '@sightline/api/access/requests'
import { DEFAULT_CONSENT_FILE, readConsent } from '@sightline/api/sign-on/consent'
import { newSession, sessionKey } from '@sightline/api/sign-on/sessions'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { Case, NewCase } from '@sightline/schemas/case'
import type { Office, Person } from '@sightline/schemas/person'
import { ACCESS, AUDIT, PEOPLE, SESSIONS } from '@sightline/schemas/streams'
import { expect } from 'vitest'
import { sealedWriter } from '../../support/sealed.ts'
import { bodyOf, type Rig } from '../harness.ts'

export const DAY = 86_400_000

export interface TestClock {
  now: number
}

/** Somebody who is signed on, with all that access takes, at whatever time the test has come to. */
export interface Colleague {
  id: string
  call(path: string, init?: RequestInit): Promise<Response>
  /** Sends JSON; POST unless told otherwise. Changes whatever it is now unless another If-Match is given. */
  send(
    path: string,
    body: unknown,
    options?: { method?: string; headers?: Record<string, string> },
  ): Promise<Response>
  /** Leaves the agency. */
  leave(): Promise<void>
}

/** Puts somebody into the buckets as sign-on and access would have left them. */
export async function colleague(
  rig: Rig,
  clock: TestClock,
  id: string,
  more: {
    analyst?: boolean
    offices?: Office[]
    supervisor?: string
    sources?: string[]
    /** Tells one sign-on of a person from another. */
    session?: string
    consented?: boolean
  } = {},
): Promise<Colleague> {
  const { analyst = true, offices = [], supervisor = null, sources = ['one'] } = more
  const { session: signOn = id, consented = true } = more
  const put = sealedWriter(rig.admin, rig.broker.keys)
  const fresh = newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', clock.now)
  const person: Person = { ...fresh, state: 'active', offices, supervisor }
  const far = instant(clock.now + 4000 * DAY)
  const granted = { id: 'r1', need: 'a need that is stated', sources, state: 'granted' as const, steps: [] }
  const file: AccessFile = {
    ...emptyFile(id),
    requests:
      analyst || offices.includes('oversight') ? [analyst ? granted : { ...granted, reviewOnly: true }] : [],
    certification: { at: instant(clock.now), by: 'x1', validUntil: far },
    training: { completedAt: instant(clock.now), validUntil: far, certificate: 'C-1', recordedBy: 'x1' },
  }
  await put(PEOPLE, id, person)
  await put(ACCESS, id, file)
  const { version } = await readConsent(DEFAULT_CONSENT_FILE)
  const token = `token-of-${signOn}`
  const call: Colleague['call'] = async (path, init = {}) => {
    const consent = consented ? { version, at: instant(clock.now) } : null
    // Signed on a moment ago, however far the test's time has gone on.
    const session = { ...newSession({ ...person, generation: 0 }, 'password', clock.now), consent }
    await put(SESSIONS, sessionKey(token), session)
    const headers = { origin: rig.api.url, cookie: `sightline=${token}`, ...(init.headers as object) }
    return fetch(`${rig.api.url}${path}`, { ...init, headers })
  }
  return {
    ...{ id, call },
    send: (path, body, { method = 'POST', headers = {} } = {}) =>
      call(path, {
        method,
        headers: { 'content-type': 'application/json', 'if-match': '*', ...headers },
        body: JSON.stringify(body),
      }),
    leave: () => put(PEOPLE, id, { ...person, state: 'suspended' }),
  }
}

export const reason = 'seen near the warehouse of the ring'
export const matter = { caseRef: 'CASE-2026-17', purpose: 'Whereabouts of the vehicle after the seizure' }
export const aCase = (more: Partial<NewCase> = {}): NewCase => ({
  ...{ kind: 'event', ...matter, title: 'Vehicle theft ring', authority: '19 U.S.C. 1595a', ...more },
})

/** Opens a case. */
export async function opened(by: Colleague, more: Partial<NewCase> = {}): Promise<Case> {
  const answer = await by.send('/v1/cases', aCase(more))
  expect(answer.status).toBe(201)
  return bodyOf<Case>(answer)
}

/** The whole audit log, oldest first. */
export async function auditOf(rig: Rig): Promise<AuditRecord[]> {
  const js = jetstream(rig.admin)
  const consumer = await js.consumers.get(AUDIT)
  const records: AuditRecord[] = []
  const { num_pending: pending } = await consumer.info()
  if (pending === 0) return records
  for await (const message of await consumer.consume()) {
    records.push(message.json<AuditRecord>())
    if (message.info.pending === 0) break
  }
  await consumer.delete()
  return records
}
