import { instant } from '@sightline/runtime/clock'
import { CALLERS, type Caller } from './agency.ts'
import { caseId, caseRef, displayId, personName, plateOf } from './audit-content.ts'

/** How a list is asked for. */
export interface Question {
  /** Of the OpenAPI document. */
  path: string
  /** How the address differs from the path: parameters and query. */
  address: string
  /** Of a search that is posted. */
  body?: object
  /** Who asks; of those named, each who may. */
  by: readonly Caller[]
}

type Asked = Pick<Question, 'address' | 'body'> & { by?: readonly Caller[] }

/** Every list and search that a person uses, by its route. @param now milliseconds */
const askedOf = (now: number): Record<string, readonly Asked[]> => ({
  'GET /v1/access': [{ address: '/v1/access' }],
  'GET /v1/people': [
    { address: '/v1/people' },
    { address: '/v1/people?search=analyst-17' },
    { address: '/v1/people?office=supervisor' },
  ],
  'GET /v1/colleagues': [{ address: '/v1/colleagues' }],
  'GET /v1/displays': [
    { address: '/v1/displays' },
    { address: `/v1/displays?owner=${personName(0)}` },
    { address: `/v1/displays?caseRef=${caseRef(0)}` },
    { address: '/v1/displays?review=due', by: ['oversight'] },
    { address: '/v1/displays?state=rejected' },
  ],
  'GET /v1/displays/{id}/history': [{ address: `/v1/displays/${displayId(0)}/history` }],
  'GET /v1/alerts': [{ address: '/v1/alerts' }, { address: '/v1/alerts?limit=500' }],
  'GET /v1/alerts/precision': [
    { address: '/v1/alerts/precision?by=display' },
    { address: '/v1/alerts/precision?by=camera' },
  ],
  'GET /v1/cases': [{ address: '/v1/cases' }, { address: '/v1/cases?kind=workspace&state=open' }],
  'GET /v1/cases/left': [{ address: '/v1/cases/left' }],
  'GET /v1/place-searches': [{ address: '/v1/place-searches' }],
  'GET /v1/cases/{id}/saved': [{ address: `/v1/cases/${caseId(0)}/saved` }],
  'GET /v1/products': [{ address: '/v1/products' }],
  'GET /v1/lookouts': [{ address: '/v1/lookouts' }],
  'GET /v1/disseminations': [{ address: '/v1/disseminations' }],
  'GET /v1/oversight/due': [{ address: '/v1/oversight/due' }],
  'GET /v1/oversight/reviews': [{ address: '/v1/oversight/reviews' }],
  'GET /v1/oversight/signals': [
    { address: `/v1/oversight/signals?from=${instant(now - 7 * 86_400_000)}&to=${instant(now)}` },
  ],
  'GET /v1/oversight/chain/check': [{ address: '/v1/oversight/chain/check' }],
  'GET /v1/edge/agents': [{ address: '/v1/edge/agents' }],
  'GET /v1/cameras': [{ address: '/v1/cameras' }],
  'GET /v1/mailbox': [{ address: '/v1/mailbox' }],
  'POST /v1/oversight/audit/search': [
    { address: '/v1/oversight/audit/search', body: { person: personName(3) } },
    { address: '/v1/oversight/audit/search', body: { plate: plateOf(17) } },
    { address: '/v1/oversight/audit/search', body: { case: caseRef(5) } },
  ],
})

const ONE = 'one thing, by its id'
const CONSTANT = 'configured or fixed; it does not grow with the agency'

/** Routes that are not measured, each with the reason. */
export const LEFT_OUT: Record<string, string> = {
  'GET /v1/sign-on': CONSTANT,
  'GET /v1/sign-on/provider': 'sends to the provider',
  'GET /v1/sign-on/provider/return': 'sends back from the provider',
  'GET /v1/session': 'the caller',
  'GET /v1/session/rules/{permission}': CONSTANT,
  'GET /v1/consent': CONSTANT,
  'GET /v1/access/me': 'the caller',
  'GET /v1/access/sources': CONSTANT,
  'GET /v1/displays/notice': CONSTANT,
  'GET /v1/displays/{id}': ONE,
  'GET /v1/alerts/stream': 'a stream: see bench flood and bench latency',
  'GET /v1/alerts/{sequence}': ONE,
  'GET /v1/recipients': CONSTANT,
  'GET /v1/deliveries/{id}': ONE,
  'GET /v1/pictures/{name}': ONE,
  'GET /v1/queries/{query}/reads/{read}/picture': ONE,
  'GET /v1/cases/{id}/saved/{read}/picture': ONE,
  'GET /v1/cases/{id}/saved/export': 'a file that somebody asks for, as long as what it holds',
  'GET /v1/cases/{id}': ONE,
  'GET /v1/products/{id}': ONE,
  'GET /v1/lookouts/{id}': ONE,
  'GET /v1/oversight/audit/{number}': ONE,
  'GET /v1/oversight/chain': CONSTANT,
  'GET /v1/oversight/reviews/{quarter}': ONE,
  'GET /v1/oversight/misuse-settings': CONSTANT,
  'GET /v1/cameras/stream': 'a stream',
  'GET /v1/settings': CONSTANT,
  'GET /live': CONSTANT,
  'GET /health': CONSTANT,
  'GET /openapi.json': CONSTANT,
  'POST /v1/search': 'asks vendors: see bench api and bench history',
}

/** The OpenAPI document, as far as it names routes. */
export interface Document {
  paths: Record<string, Record<string, unknown>>
}

/** Whether a route may answer a list or a search: every GET, and what is posted to search. */
const mayList = (method: string, path: string): boolean =>
  method === 'get' || (method === 'post' && /\/search$/.test(path))

/**
 * The questions about all lists and searches of the document.
 * @param now milliseconds
 * @throws Error when a route is neither asked nor left out with a reason, or one of these is no longer in the document
 */
export function questionsOf({ paths }: Document, now: number): Question[] {
  const asked = askedOf(now)
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => mayList(method, path))
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
  const known = [...Object.keys(asked), ...Object.keys(LEFT_OUT)]
  const forgotten = routes.filter((route) => !known.includes(route))
  const gone = known.filter((route) => !routes.includes(route))
  if (forgotten.length + gone.length > 0) {
    const said = [
      ...forgotten.map((route) => `${route} is not measured`),
      ...gone.map((route) => `${route} is gone`),
    ]
    throw new Error(`${said.join('; ')}: add or remove it in bench/size/lists.ts`)
  }
  return Object.entries(asked).flatMap(([path, questions]) =>
    questions.map((question) => ({ path, by: CALLERS, ...question })),
  )
}
