import { SightlineError } from '@sightline/schemas/errors'

/**
 * A request in a session: POST with a body, GET without.
 * @param headers besides those of the session
 * @throws any refusal of the api, with its own code; what `fetch` throws when there is no answer
 */
export type Call = (path: string, body?: object, headers?: Record<string, string>) => Promise<unknown>

/** Signs in as one of the api's made-up people, by the development token, and accepts the permissible uses. */
export async function signOn(api: string, token: string, person: string): Promise<Call> {
  const session = { origin: api, 'content-type': 'application/json', cookie: '' }
  const call: Call = async (path, body, headers) => {
    const init = body && { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${api}${path}`, { ...init, headers: { ...session, ...headers } })
    const said = (answer.status === 204 ? {} : await answer.json()) as Record<string, unknown>
    if (!answer.ok) throw new SightlineError(said.code as SightlineError['code'], String(said.detail))
    const [set] = answer.headers.getSetCookie()
    if (set) session.cookie = set.split(';')[0]!
    return said
  }
  await call('/v1/sign-on/development', { token, person })
  const { version } = (await call('/v1/consent')) as { version: string }
  await call('/v1/consent', { version, agree: true })
  return call
}
