import type { Clock } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'
import type { Person } from '@sightline/schemas/person'
import type { Session } from '@sightline/schemas/session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { emptyFile } from '../../access/requests.ts'
import { grantedSources, isCertified, isTrained, rolesOf } from '../../access/validity.ts'
import type { PeopleStores } from '../../people/stores.ts'
import { unlessMalformed } from '../../shared/left-out.ts'
import type { ConsentText } from '../../sign-on/consent.ts'
import {
  newSession,
  newSessionToken,
  sessionEnd,
  sessionKey,
  sessionOver,
  touched,
} from '../../sign-on/sessions.ts'
import type { Actor, SignOn } from './actor.ts'

/** How browsers reach the api. */
export interface Site {
  /** Scheme, host and port, as in an Origin header; null on loopback, where the request says it. */
  origin: string | null
  /** Whether that is https: cookies are then never sent otherwise. */
  secure: boolean
}

export interface SessionDeps extends PeopleStores {
  site: Site
  consent: ConsentText
  clock: Clock
}

/** `__Host-` has browsers refuse a cookie that came from another host or over http. */
export const cookieName = ({ secure }: Site, name = 'sightline') => (secure ? `__Host-${name}` : name)

/** Attributes of the session's cookie: no script reads it, no other site sends it. */
const cookieOf = ({ secure }: Site) => ({ path: '/', httpOnly: true, sameSite: 'strict' as const, secure })

/** Where this api is, as the browser that makes a request sees it. */
export const originOf = ({ origin }: Site, request: FastifyRequest): string =>
  origin ?? `${request.protocol}://${request.host}`

/** Stores a new session and gives its token to the browser. */
export async function beginSession(
  deps: SessionDeps,
  reply: FastifyReply,
  person: Person,
  by: Session['by'],
): Promise<void> {
  const token = newSessionToken()
  await deps.sessions.put(sessionKey(token), newSession(person, by, deps.clock()), 0)
  reply.setCookie(cookieName(deps.site), token, cookieOf(deps.site))
}

/** How long a browser is known in which somebody signed on, seconds. */
const DEVICE_S = 90 * 86_400

/**
 * What tells a browser in which somebody has signed on from all others, so that wrong tries elsewhere do not hold them up; it
 * signs nobody on.
 */
export function deviceOf(site: Site, { cookies }: FastifyRequest): string {
  const known = cookies[cookieName(site, 'sightline-known')]
  return known && /^[\w-]{43}$/.test(known) ? known : newSessionToken()
}

export const keepDevice = (site: Site, reply: FastifyReply, device: string): void => {
  reply.setCookie(cookieName(site, 'sightline-known'), device, { ...cookieOf(site), maxAge: DEVICE_S })
}

export function dropCookie({ site }: SessionDeps, reply: FastifyReply): void {
  reply.clearCookie(cookieName(site), cookieOf(site))
}

/**
 * Sign-on by the session's cookie. Everything about the person is read at each request: what was changed a moment
 * ago, by whatever process, holds.
 */
export function sessionSignOn(deps: SessionDeps): SignOn {
  const owners = rememberOwners()
  // Closed when in doubt: an account or access file that is malformed gives no right.
  const storedAbout = (person: string) =>
    Promise.all([
      deps.people.find(person).catch(unlessMalformed),
      deps.access.find(person).catch(unlessMalformed),
    ])
  return async (request) => {
    const token = request.cookies[cookieName(deps.site)]
    if (token === undefined) return null
    refuseForeignOrigin(deps.site, request)
    const key = sessionKey(token)
    const owner = owners.of(key)
    const [stored, meanwhile] = await Promise.all([
      deps.sessions.find(key).catch(unlessMalformed),
      owner === undefined ? null : storedAbout(owner),
    ])
    if (!stored) throw ended('is unknown: it was signed out, or has ended')
    const { value: session, revision } = stored
    owners.note(key, session.person)
    const [person, file] =
      meanwhile && session.person === owner ? meanwhile : await storedAbout(session.person)
    if (!person) throw ended('belongs to an account that no longer exists')
    const now = deps.clock()
    const why = sessionEnd(session, person.value, now)
    if (why) throw ended(why)
    // A stream that is looked at again is not used by that: its session ends when nobody does anything.
    const seen = request.actor ? null : touched(session, now)
    if (seen) await deps.sessions.put(key, seen, revision).catch(ignoreConflict)
    const { value: access } = file ?? { value: emptyFile(session.person) }
    const roles = rolesOf(person.value, access)
    const actor: Actor = {
      ...{ id: session.person, roles },
      session: key,
      consented: session.consent?.version === deps.consent.version,
      trainingValid: isTrained(access, now),
      recertified: isCertified(access, now),
      sources: grantedSources(access, roles),
      until: endOf(seen ?? session, access, now),
    }
    return actor
  }
}

/** When the first of what holds now ends by itself, milliseconds. */
function endOf(session: Session, { training, certification }: AccessFile, now: number): number {
  const dates = [training?.validUntil, certification?.validUntil].flatMap((date) =>
    date ? [Date.parse(date)] : [],
  )
  return Math.min(sessionOver(session), ...dates.filter((end) => end > now))
}

/** Most sessions whose owner is remembered. */
const OWNERS = 10_000

/**
 * Whose a session is, which never changes: what is stored about the person is then read together with the session, not
 * after it. Nothing is decided by it.
 */
function rememberOwners() {
  const owners = new Map<string, string>()
  return {
    of: (key: string) => owners.get(key),
    note: (key: string, person: string) => {
      owners.set(key, person)
      // A map keeps the order in which its keys came: the first is the oldest.
      const [oldest] = owners.size > OWNERS ? owners.keys() : []
      if (oldest !== undefined) owners.delete(oldest)
    },
  }
}

/** Another request noted the use, or ended the session: neither is to be overwritten. */
function ignoreConflict(error: { code?: ErrorCode }): void {
  if (error.code !== 'CONFLICT') throw error
}

const ended = (why: string) =>
  new SightlineError('SESSION_ENDED', `the session ${why}`, { hint: 'Sign in again with POST /v1/sign-on.' })

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * No other site acts with the cookie of somebody who visits it: beside SameSite=Strict, whatever changes something
 * has to say that it comes from this site.
 * @throws ORIGIN_REFUSED
 */
export function refuseForeignOrigin(site: Site, request: FastifyRequest): void {
  if (READING.has(request.method) || request.headers.origin === originOf(site, request)) return
  throw new SightlineError('ORIGIN_REFUSED', 'the Origin header does not name this site (ACC-7)', {
    hint: `Send the header Origin: ${originOf(site, request)}, as browsers do.`,
  })
}
