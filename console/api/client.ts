import createClient, { type Middleware } from 'openapi-fetch'
import { type ProblemError, problemIn, unreachableError } from './problem.ts'
import type { components, paths } from './types.d.ts'

/** A named schema of the OpenAPI document, e.g. `Schema<'Alert'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** The answer to a GET of an address, e.g. `Answer<'/v1/alerts'>`. */
export type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } }
}
  ? Body
  : never

/** The body of a write to an address, e.g. `Body<'/v1/displays'>`; of a PATCH `Body<'/v1/displays/{id}', 'patch'>`. */
export type Body<Path extends keyof paths, Method extends 'post' | 'patch' | 'put' | 'delete' = 'post'> =
  paths[Path] extends Record<Method, { requestBody: { content: { 'application/json': infer Sent } } }>
    ? Sent
    : never

export type Session = Answer<'/v1/session'>
export type Permission = Session['may'][number]

/** Called when the api says that nobody is signed in (any more), or that consent is missing. */
let tell: (problem: ProblemError) => void = () => {}
export function whenSessionEnds(handler: (problem: ProblemError) => void): void {
  tell = handler
}

/** Requests where a 401 means a wrong password, not an ended session. */
const SIGNING_ON = /^\/v1\/(sign-on|set-up)/

const problems: Middleware = {
  async onResponse({ request, response }) {
    if (response.ok) return
    const problem = await problemIn(response)
    const isSigningOn = SIGNING_ON.test(new URL(request.url).pathname)
    if ((response.status === 401 && !isSigningOn) || problem.code === 'CONSENT_MISSING') tell(problem)
    throw problem
  },
  onError: () => unreachableError(),
}

/**
 * The api, typed by its OpenAPI document. Every failed call rejects with a `ProblemError`; get the answer of a call with
 * `answer(…)`:
 *
 *     const { alerts } = await answer(api.GET('/v1/alerts', { params: { query: { limit: 50 } } }))
 */
export const api = createClient<paths>({ baseUrl: location.origin })
api.use(problems)

/** The answer of a call. @throws ProblemError */
export async function answer<Data>(call: Promise<{ data?: Data }>): Promise<Data> {
  return (await call).data as Data
}

/** The answer of a call, with the ETag that a later write sends in `if-match`. @throws ProblemError */
export async function answerWithEtag<Data>(
  call: Promise<{ data?: Data; response: Response }>,
): Promise<{ data: Data; etag: string }> {
  const { data, response } = await call
  return { data: data as Data, etag: response.headers.get('etag') ?? '' }
}
