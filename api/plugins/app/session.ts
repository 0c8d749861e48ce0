import type { Clock } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'
import type { Person } from '@sightline/schemas/person'
import type { Session } from '@sightline/schemas/session'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { emptyFile } from '../../access/requests.ts'
import { grantedSources, isCertified, isTrained, rolesOf } from '../../access/validity.ts'
import type { PeopleStores } from '../../people/stores.ts'
import { ignoreMalformed } from '../../shared/left-out.ts'
import type { ConsentText } from '../../sign-on/consent.ts'
import {
  newSession,
  newSessionToken,
  sessionEnd,
  sessionKey,
  sessionOver,
  touchSession,
} from '../../sign-on/sessions.ts'
import type { Actor, SignOn } from './actor.ts'

/** How browsers reach the api. */
export interface Site {
  /** Scheme, host and port, as in an Origin header; null on loopback, where the request determines it. */
  origin: string | null
  /** Whether that is https: then cookies are sent over https only. */
  secure: boolean
}

export interface SessionDeps extends PeopleStores {
  site: Site
  consent: ConsentText
  clock: Clock
}

/** `__Host-` makes browsers refuse a cookie from another host or over http. */
export const cookieName = ({ secure }: Site, name = 'sightline') => (secure ? `__Host-${name}` : name)

/** Attributes of the session cookie: hidden from scripts, not sent by other sites. */
const cookieOf = ({ secure }: Site) => ({ path: '/', httpOnly: true, sameSite: 'strict' as const, secure })

/** Origin of this api, as seen by the browser that makes a request. */
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

/** How long a browser is remembered in which a person signed in, seconds. */
const DEVICE_S = 90 * 86_400

/**
 * Identifies a browser in which a person has signed in before, so that failed attempts elsewhere do not lock it out. It
 * does not sign anybody in.
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
 * Sign-in by the session cookie. Everything about the person is read at each request, so changes by any process take
 * effect immediately.
 */
export function sessionSignOn(deps: SessionDeps): SignOn {
  const owners = rememberOwners()
  // Fails closed: a malformed account or access file gives no rights.
  const storedAbout = (person: string) =>
    Promise.all([
      deps.people.find(person).catch(ignoreMalformed),
      deps.access.find(person).catch(ignoreMalformed),
    ])
  return async (request) => {
    const token = request.cookies[cookieName(deps.site)]
    if (token === undefined) return null
    refuseForeignOrigin(deps.site, request)
    const key = sessionKey(token)
    const owner = owners.of(key)
    const [stored, meanwhile] = await Promise.all([
      deps.sessions.find(key).catch(ignoreMalformed),
      owner === undefined ? null : storedAbout(owner),
    ])
    if (!stored) throw endSession('is unknown: it was signed out, or has ended')
    const { value: session, revision } = stored
    owners.note(key, session.person)
    const [person, file] =
      meanwhile && session.person === owner ? meanwhile : await storedAbout(session.person)
    if (!person) throw endSession('belongs to an account that no longer exists')
    const now = deps.clock()
    const why = sessionEnd(session, person.value, now)
    if (why) throw endSession(why)
    // Rechecking a stream is not use of the session: the session ends when the person does nothing.
    const seen = request.actor ? null : touchSession(session, now)
    if (seen) await deps.sessions.put(key, seen, revision).catch(ignoreConflict)
    const { value: access } = file ?? { value: emptyFile(session.person) }
    const roles = rolesOf(person.value, access)
    const actor: Actor = {
      id: session.person,
      roles,
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

/** When the first current condition expires, milliseconds. */
function endOf(session: Session, { training, certification }: AccessFile, now: number): number {
  const dates = [training?.validUntil, certification?.validUntil].flatMap((date) =>
    date ? [Date.parse(date)] : [],
  )
  return Math.min(sessionOver(session), ...dates.filter((end) => end > now))
}

/** Maximum number of sessions whose owner is remembered. */
const OWNERS = 10_000

/**
 * Remembers who owns a session, which never changes, so that the person's data is read together with the session, not
 * after it. It decides nothing.
 */
function rememberOwners() {
  const owners = new Map<string, string>()
  return {
    of: (key: string) => owners.get(key),
    note: (key: string, person: string) => {
      owners.set(key, person)
      // A map keeps the order of insertion: its first key is the oldest.
      const [oldest] = owners.size > OWNERS ? owners.keys() : []
      if (oldest !== undefined) owners.delete(oldest)
    },
  }
}

/** Another request recorded the use, or ended the session: do not overwrite either. */
function ignoreConflict(error: { code?: ErrorCode }): void {
  if (error.code !== 'CONFLICT') throw error
}

const endSession = (why: string) =>
  new SightlineError('SESSION_ENDED', `the session ${why}`, { hint: 'Sign in again with POST /v1/sign-on.' })

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Keeps other sites from acting with the cookie of a visitor: besides SameSite=Strict, every change must say that it
 * comes from this site.
 * @throws ORIGIN_REFUSED
 */
export function refuseForeignOrigin(site: Site, request: FastifyRequest): void {
  if (READING.has(request.method) || request.headers.origin === originOf(site, request)) return
  throw new SightlineError('ORIGIN_REFUSED', 'the Origin header does not name this site (ACC-7)', {
    hint: `Send the header Origin: ${originOf(site, request)}, as browsers do.`,
  })
}
