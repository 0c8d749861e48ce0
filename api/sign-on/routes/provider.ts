import { SightlineError } from '@sightline/schemas/errors'
import type { Person } from '@sightline/schemas/person'
import Type from 'typebox'
import type { Route } from '../../app.ts'
import { auditOf } from '../../plugins/app/audit.ts'
import { beginSession, cookieName, originOf } from '../../plugins/app/session.ts'
import { problems } from '../../shared/problem.ts'
import type { Records } from '../../shared/records.ts'
import { type PendingSignOn, pendingParser } from '../provider.ts'

const RETURN = '/v1/sign-on/provider/return'
/** How long the person may take at the provider, seconds. */
const PENDING_S = 600
const rateLimit = { max: 30 }
const tags = ['sign-on']

/** Signing in at the agency's OpenID Connect provider (ACC-7). */
export const providerRoutes: Route = (app, deps) => {
  const { people, site } = deps
  const provider = () => {
    if (deps.provider) return deps.provider
    throw new SightlineError('NOT_FOUND', 'no sign-on provider is configured', {
      hint: 'Sign in with POST /v1/sign-on.',
    })
  }
  /** Lax: the browser returns from another site, which would not send a Strict cookie. */
  const cookie = () =>
    ({ path: '/', httpOnly: true, sameSite: 'lax', secure: site.secure, maxAge: PENDING_S }) as const
  const name = () => cookieName(site, 'sightline-provider')

  app.get(
    '/v1/sign-on/provider',
    {
      config: { rateLimit, audit: { none: 'nobody has signed in yet; the return is recorded' } },
      schema: {
        tags,
        security: [],
        summary: "Go to the agency's sign-on provider",
        response: { 302: Type.Null(), ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      const { url, pending } = await provider().begin(`${originOf(site, request)}${RETURN}`)
      return reply.setCookie(name(), encode(pending), cookie()).redirect(url)
    },
  )

  app.get(
    RETURN,
    {
      config: { rateLimit, audit: { action: 'sign-on', decided: true } },
      schema: {
        tags,
        security: [],
        summary: 'Return from the provider: sets the session cookie',
        response: {
          200: { description: 'Page', content: { 'text/html': { schema: Type.String() } } },
          ...problems(400, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const pending = decode(request.cookies[name()])
      const subject = await provider().finish(new URL(request.url, originOf(site, request)), pending)
      const person = await personOf(people, subject)
      const outcome = !person ? 'no account' : person.state === 'suspended' ? 'suspended' : 'right'
      const parameters = { by: 'single-sign-on', address: request.ip, outcome }
      // Only the provider's answer identifies the actor.
      await auditOf(request).record({
        actor: person?.id ?? 'nobody',
        action: 'sign-on',
        subject: null,
        parameters,
      })
      if (!person || outcome !== 'right') {
        throw new SightlineError('ACCOUNT_LOCKED', 'you have no account here, or it is suspended (ACC-7)', {
          hint: 'An administrator opens accounts and lifts suspensions.',
        })
      }
      reply.clearCookie(name(), cookie())
      await beginSession(deps, reply, person, 'single-sign-on')
      // A page, not a redirect: the Strict cookie is only sent with a request that starts on this site.
      return reply
        .type('text/html; charset=utf-8')
        .send(
          '<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Signed in</title><a href="/">Continue</a>',
        )
    },
  )
}

/**
 * The person whom the provider names, as stored now: the list comes from memory, which may not know yet that somebody is suspended,
 * or signs in another way.
 */
export async function personOf(
  people: Pick<Records<Person>, 'all' | 'find'>,
  subject: string,
): Promise<Person | undefined> {
  const listed = (await people.all()).find(({ value }) => value.singleSignOn === subject)
  const stored = listed && (await people.find(listed.value.id))?.value
  return stored?.singleSignOn === subject ? stored : undefined
}

const encode = (pending: PendingSignOn): string => Buffer.from(JSON.stringify(pending)).toString('base64url')

function decode(cookie: string | undefined): PendingSignOn {
  try {
    return pendingParser.parseJson(Buffer.from(cookie ?? '', 'base64url'))
  } catch {
    throw new SightlineError('NOT_SIGNED_ON', 'this sign-in did not start here, or took too long', {
      hint: 'Start again with GET /v1/sign-on/provider.',
    })
  }
}
