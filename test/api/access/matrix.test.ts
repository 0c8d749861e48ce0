import { PERMISSIONS, type Permission, type Rule } from '@sightline/api/access/permissions'
import { emptyFile } from '@sightline/api/access/requests'
import { DEFAULT_CONSENT_FILE, readConsent } from '@sightline/api/sign-on/consent'
import { newSession, sessionKey } from '@sightline/api/sign-on/sessions'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import { type Office, type Person, ROLES, type Role } from '@sightline/schemas/person'
import type { Session } from '@sightline/schemas/session'
import { ACCESS, PEOPLE, SESSIONS } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isLong } from '../../support/long.ts'
import { sealedWriter } from '../../support/sealed.ts'
import { bodyOf, type Rig, startRig } from '../harness.ts'

/**
 * The authorization matrix: every route × every role × every state, asked of the running api and compared with
 * the one table (api/access/permissions.ts). Rules about single things (own request, another's case) have tests
 * of their own.
 */

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 24, 9)

/** What can be amiss with a person, and how the api answers then, whatever the route. */
const STATES = {
  fine: {},
  'no session': {},
  'session signed off': {},
  'session idle': { session: { lastSeenAt: instant(now - 31 * 60_000) } },
  'session too old': { session: { createdAt: instant(now - DAY / 2) } },
  'session ended elsewhere': { person: { generation: 1 } },
  'account suspended': { person: { state: 'suspended' } },
  'no consent': { session: { consent: null } },
  'consent to an older text': { session: { consent: { version: '0'.repeat(32), at: instant(now) } } },
  'never certified': { file: { certification: null } },
  'certification lapsed': {
    file: { certification: { at: instant(now - 366 * DAY), by: 'x1', validUntil: instant(now) } },
  },
  'never trained': { file: { training: null } },
  'training lapsed': {
    file: {
      training: {
        ...{ completedAt: instant(now - 365 * DAY), validUntil: instant(now) },
        ...{ certificate: 'C-1', recordedBy: 'x1' },
      },
    },
  },
} satisfies Record<
  string,
  { person?: Partial<Person>; file?: Partial<AccessFile>; session?: Partial<Session> }
>
type State = keyof typeof STATES
const states = Object.keys(STATES) as State[]

/** `null`: an account alone. */
const roles: (Role | null)[] = [null, ...ROLES]

let rig: Rig
let version: string
const tokens = new Map<string, string>()
const keyOf = (role: Role | null, state: State) => `${role}/${state}`

beforeAll(async () => {
  rig = await startRig({ clock: () => now })
  version = (await readConsent(DEFAULT_CONSENT_FILE)).version
  const put = sealedWriter(rig.admin, rig.broker.keys)
  for (const [r, role] of roles.entries()) {
    for (const [s, state] of states.entries()) {
      const token = await somebody(put, `p-${r}-${s}`, role, state)
      tokens.set(keyOf(role, state), token)
    }
  }
})
afterAll(() => rig.close())

/** Somebody with a role, in a state, as they would stand in the buckets. @returns the token of their session */
async function somebody(
  put: ReturnType<typeof sealedWriter>,
  id: string,
  role: Role | null,
  state: State,
): Promise<string> {
  const amiss: { person?: object; file?: object; session?: object } = STATES[state]
  const offices: Office[] = role === null || role === 'analyst' ? [] : [role]
  const fresh = newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', now)
  const person: Person = { ...fresh, state: 'active', offices, ...amiss.person }
  const granted = {
    id: 'r1',
    need: 'a need that is stated',
    sources: ['edge'],
    state: 'granted' as const,
    steps: [],
  }
  const file: AccessFile = {
    ...emptyFile(id),
    requests: role === 'analyst' ? [granted] : [],
    certification: { at: instant(now), by: 'x1', validUntil: instant(now + DAY) },
    training: {
      completedAt: instant(now),
      validUntil: instant(now + DAY),
      certificate: 'C-1',
      recordedBy: 'x1',
    },
    ...amiss.file,
  }
  const consent = { version, at: instant(now) }
  const session: Session = {
    ...newSession({ ...person, generation: 0 }, 'password', now),
    consent,
    ...amiss.session,
  }
  const token = `token-of-${id}`
  await put(PEOPLE, id, person)
  await put(ACCESS, id, file)
  if (state !== 'session signed off') await put(SESSIONS, sessionKey(token), session)
  return token
}

/** What the table says, in the words of the refusal; `allowed` when it lets pass. */
function expected(permission: Permission, role: Role | null, state: State): string {
  const { roles: allowed, needs }: Rule = PERMISSIONS[permission]
  if (state === 'no session') return 'NOT_SIGNED_ON'
  if (state.startsWith('session') || state === 'account suspended') return 'SESSION_ENDED'
  if (needs.includes('consent') && state.includes('consent')) return 'CONSENT_MISSING'
  if (allowed !== 'everybody' && !(role && allowed.includes(role))) return 'NOT_ALLOWED'
  if (needs.includes('certification') && state.includes('certif')) return 'ACCESS_ENDED'
  if (needs.includes('training') && state.includes('train')) return 'TRAINING_LAPSED'
  return 'allowed'
}

const REFUSALS = [
  'NOT_SIGNED_ON',
  'SESSION_ENDED',
  'CONSENT_MISSING',
  'NOT_ALLOWED',
  'ACCESS_ENDED',
  'TRAINING_LAPSED',
]

interface Route {
  method: string
  path: string
  permission: Permission | undefined
}

async function routes(): Promise<Route[]> {
  type Document = { paths: Record<string, Record<string, { 'x-permission'?: Permission }>> }
  const { paths } = await bodyOf<Document>(fetch(`${rig.api.url}/openapi.json`))
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({
      ...{ method: method.toUpperCase(), path, permission: route['x-permission'] },
    })),
  )
}

/** Asks for something that, where it is allowed, fails for another reason or changes nothing. */
async function outcome({ method, path }: Route, token: string | undefined): Promise<string> {
  const url = `${rig.api.url}${path.replaceAll(/\{\w+\}/g, 'not-there')}?after=nonsense`
  const headers = {
    origin: rig.api.url,
    'content-type': 'application/json',
    ...(token ? { cookie: `sightline=${token}` } : {}),
  }
  const answer = await fetch(url, {
    method,
    headers,
    ...(method === 'GET' ? {} : { body: '{"nonsense":1}' }),
  })
  const text = await answer.text()
  if (answer.status < 400) return 'allowed'
  const { code } = JSON.parse(text) as { code: string }
  return REFUSALS.includes(code) ? code : 'allowed'
}

describe('the authorization matrix', () => {
  it('has a permission for every route but the public ones', async () => {
    const open = (await routes()).filter(({ permission }) => permission === undefined)
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /health',
      'GET /live',
      'GET /openapi.json',
      'GET /v1/sign-on',
      'GET /v1/sign-on/provider',
      'GET /v1/sign-on/provider/return',
      'POST /v1/edge/enroll',
      'POST /v1/set-up',
      'POST /v1/set-up/look',
      'POST /v1/set-up/refusal',
      'POST /v1/sign-on',
      'POST /v1/sign-on/development',
    ])
  })

  /** In which nobody is let in, whoever it is. */
  const nobody = (state: State) => state.includes('session') || state === 'account suspended'

  /**
   * With whom a route is tried in a state: where nothing is amiss with all. Otherwise with one role in turn and, where the state
   * is not the same for all, with one that the table lets pass, which only the state keeps out; in the long form with all.
   */
  function rolesFor(permission: Permission, state: State, turn: number): (Role | null)[] {
    if (isLong || state === 'fine') return roles
    const one = roles[turn % roles.length]!
    if (nobody(state)) return [one]
    const allowed = roles.filter((role) => expected(permission, role, 'fine') === 'allowed')
    return [...new Set([one, allowed[turn % allowed.length]!])]
  }

  it.each(states)(
    'allows or refuses every route for every role, with %s',
    { timeout: 120_000 },
    async (state) => {
      const closed = (await routes()).filter(({ permission }) => permission !== undefined)
      expect(closed.length).toBeGreaterThan(20)
      for (const [n, route] of closed.entries()) {
        const tried = rolesFor(route.permission!, state, n + states.indexOf(state))
        const answers = await Promise.all(
          tried.map(async (role) => {
            const token = state === 'no session' ? undefined : tokens.get(keyOf(role, state))
            return [role, await outcome(route, token)]
          }),
        )
        const table = tried.map((role) => [role, expected(route.permission!, role, state)])
        expect([route.method, route.path, answers]).toEqual([route.method, route.path, table])
      }
    },
  )
})
