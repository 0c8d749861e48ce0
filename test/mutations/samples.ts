import { emptyFile } from '@sightline/api/access/requests'
import { savedKey } from '@sightline/api/cases/saved-store'
import { newSession } from '@sightline/api/sign-on/sessions'
import { newPerson } from '@sightline/api/sign-on/set-up'
import {
  ACCESS,
  ALERT_WORK,
  AUDIT_REVIEWS,
  CASES,
  DELIVERIES,
  DISPLAYS,
  DISSEMINATIONS,
  EDGE_AGENTS,
  LOOKOUTS,
  MAIL,
  MISUSE_SETTINGS,
  PEOPLE,
  PRODUCTS,
  QUERY_CACHE,
  SAVED,
  SESSIONS,
  SIGN_ON_TRIES,
  WRITES_DONE,
} from '@sightline/schemas/streams'
import { sampleHoldings } from '../api/oversight/holdings.ts'
import { anAgent } from '../support/edge-agents.ts'

const AT = '2026-11-01T10:00:00.000Z'
const now = Date.parse(AT)

/** Real values of every bucket of the api, each under its key. */
export function storedValues(): Record<string, [key: string, value: object][]> {
  const { cases, saved, products, displays, lookouts, disseminations, alertWork } = sampleHoldings()
  const person = newPerson({ id: 'jane', name: 'Jane Doe', email: 'jane@agency.example' }, 'x1', now)
  const granted = { id: 'r1', need: 'a need that is stated', sources: ['one'], state: 'granted', steps: [] }
  const review = {
    ...{ v: 1, quarter: '2026-Q3', from: AT, to: AT, openedBy: 'olga', openedAt: AT, seed: 'a'.repeat(64) },
    population: { records: 0, people: 0, first: null, last: null, lastHash: null, actions: {} },
    ...{ items: [], signOff: null },
  }
  const head = {
    ...{ query: 'q1', actor: 'jane', caseId: 'c-event', caseRef: 'REF-c-event', pieces: 0 },
    ...{ purpose: 'Whereabouts of the vehicle', askedAt: AT, expiresAt: '2999-01-01T00:00:00.000Z' },
  }
  const byId = <T extends { id: string }>(values: readonly T[]) =>
    values.map((value): [string, T] => [value.id, value])
  return {
    [PEOPLE]: [['jane', { ...person, state: 'active', offices: ['supervisor'] }]],
    [ACCESS]: [['jane', { ...emptyFile('jane'), requests: [granted] }]],
    [SESSIONS]: [['s1', newSession({ ...person, generation: 0 }, 'password', now)]],
    [SIGN_ON_TRIES]: [
      [
        't1',
        {
          ...{ v: 1, elsewhere: { wrong: 2, since: AT }, known: ['A'.repeat(22)] },
          places: [{ place: 'B'.repeat(22), wrong: 2, lockedUntil: null }],
        },
      ],
    ],
    [MAIL]: [
      [
        'm1',
        {
          ...{ v: 1, id: 'm1', to: 'jane@agency.example', subject: 'About', text: 'Text' },
          ...{ createdAt: AT, sentAt: null },
        },
      ],
    ],
    [CASES]: byId(cases),
    [SAVED]: saved.map((one) => [savedKey(one.case, one.read.id), one]),
    [PRODUCTS]: byId(products),
    [DISPLAYS]: byId(displays),
    [LOOKOUTS]: byId(lookouts),
    [DISSEMINATIONS]: byId(disseminations),
    [ALERT_WORK]: alertWork.map((work) => [work.alertId, work]),
    [DELIVERIES]: [
      [
        'd1',
        {
          ...{ v: 1, id: 'd1', recipient: 'desk', body: '{}', state: 'waiting', attempts: 0 },
          ...{ createdAt: AT, nextAt: AT, lastFault: null },
        },
      ],
    ],
    [AUDIT_REVIEWS]: [['2026-Q3', review]],
    [MISUSE_SETTINGS]: [['current', { closePlates: [], shift: null, shifts: [], thresholds: {} }]],
    [WRITES_DONE]: [['sweep', { digest: 'sweep', startedAt: now, done: null }]],
    [QUERY_CACHE]: [
      ['query.q1', head],
      ['asked.a1', { query: 'q1', expiresAt: AT }],
    ],
    [EDGE_AGENTS]: [['harbour', anAgent('harbour', ['lot-1']).agent]],
  }
}
