import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import swagger from '@fastify/swagger'
import { type Clock, instant } from '@sightline/runtime/clock'
import { noStore, toPresentable } from '@sightline/runtime/http'
import type { Logger } from '@sightline/runtime/log'
import { referenceAnswers } from '@sightline/runtime/reference'
import { version } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'
import { Instant, orNull } from '@sightline/schemas/message'
import {
  CamerasAnswer,
  CamerasRequest,
  CompanionsAnswer,
  CompanionsRequest,
  camerasRequestParser,
  companionsRequestParser,
  SIMULATED_HEADER,
  VendorPictureQuery,
  VendorSearchAnswer,
  VendorSearchRequest,
  vendorPictureQueryParser,
  vendorSearchRequestParser,
} from '@sightline/schemas/vendor-search'
import fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import Type from 'typebox'
import { listCameras } from './history/geocode.ts'
import type { History } from './history/store.ts'
import type { PicturePlace } from './picture.ts'
import type { Customers } from './token.ts'

export interface ServerParts {
  history: Pick<History, 'search' | 'companions' | 'recordQuery' | 'ping'> & {
    registrations: Pick<History['registrations'], 'all'>
  }
  customers: Pick<Customers, 'whoIs'>
  /** Until when the history contains everything that the cameras saw, milliseconds since 1970; null: not yet. */
  refreshedAt(): number | null
  /** The picture of a read, as a JPEG file. */
  picture(place: PicturePlace): Promise<Buffer>
  clock: Clock
  log: Logger
}

const SWAGGER_UI = join(
  dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')),
  'static',
)

const Health = Type.Object(
  { status: Type.Literal('ok'), refreshedAt: orNull(Instant) },
  { title: 'VendorHealth' },
)
const Problem = Type.Object(
  { code: Type.String(), message: Type.String(), hint: Type.Optional(Type.String()) },
  { title: 'VendorProblem', description: 'What was wrong, and what to do next' },
)

/** The vendor's search API, not yet listening; its document is GET /openapi.json, for people GET /reference. */
export async function buildServer({ history, customers, refreshedAt, picture, clock, log }: ServerParts) {
  // Requests are not logged: the vendor's record of queries is the table `queries` (AUD-4), and no log contains plates.
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
  })
  // Bodies are validated by the parsers of schemas/, and answers consist of validated parts: the schemas here are only
  // documentation.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  await app.register(swagger, DOCUMENT)

  app.addHook('onRequest', noStore)
  app.setErrorHandler((thrown, request, reply) => {
    const error = toPresentable(thrown)
    if (error.httpStatus >= 500) request.log.error({ code: error.code, err: thrown }, 'a request failed')
    return reply.code(error.httpStatus).send({ code: error.code, message: error.message, hint: error.hint })
  })
  app.setNotFoundHandler(() => {
    throw new SightlineError(
      'NOT_FOUND',
      'there is nothing at this address; GET /openapi.json lists all addresses',
    )
  })

  const refreshed = () => {
    const at = refreshedAt()
    return at === null ? null : instant(at)
  }

  app.post(
    '/v1/search',
    route('Reads by plate, place or vehicle', VendorSearchRequest, VendorSearchAnswer),
    async (request) => {
      const client = await customerOf(request)
      const search = vendorSearchRequestParser.parse(request.body)
      const receivedAt = clock()
      const found = await history.search(search)
      // Recorded before it is answered: a query that cannot be recorded is not answered (AUD-4).
      await history.recordQuery({ receivedAt, client, request: search, results: found.reads.length })
      return { v: 1, ...found, refreshedAt: refreshed() } satisfies VendorSearchAnswer
    },
  )

  app.post(
    '/v1/cameras',
    route('Fixed cameras that an area means', CamerasRequest, CamerasAnswer),
    async (request) => {
      const client = await customerOf(request)
      const asked = camerasRequestParser.parse(request.body)
      const receivedAt = clock()
      const listed = listCameras(asked.area, [...history.registrations.all()])
      await history.recordQuery({ receivedAt, client, request: asked, results: listed.cameras.length })
      return { v: 1, ...listed } satisfies CamerasAnswer
    },
  )

  app.post(
    '/v1/companions',
    route('Vehicles that travel along with a plate', CompanionsRequest, CompanionsAnswer),
    async (request) => {
      const client = await customerOf(request)
      const asked = companionsRequestParser.parse(request.body)
      const receivedAt = clock()
      const companions = await history.companions(asked)
      await history.recordQuery({ receivedAt, client, request: asked, results: companions.length })
      return { v: 1, companions, refreshedAt: refreshed() } satisfies CompanionsAnswer
    },
  )

  const pictureSchema = {
    summary: 'The image of a read, drawn on request and marked as simulated',
    querystring: VendorPictureQuery,
    produces: ['image/jpeg'],
    response: {
      200: { content: { 'image/jpeg': { schema: Type.String({ format: 'binary' }) } } },
      default: Problem,
    },
  }
  app.get('/v1/picture', { schema: pictureSchema }, async (request, reply: FastifyReply) => {
    const client = await customerOf(request)
    const asked = vendorPictureQueryParser.parse(request.query)
    const receivedAt = clock()
    const jpeg = await picture({ ...asked, seenAt: Date.parse(asked.seenAt) })
    await history.recordQuery({ receivedAt, client, request: asked, results: 1 })
    return reply.type('image/jpeg').header(SIMULATED_HEADER, 'true').send(jpeg)
  })

  app.get(
    '/health',
    { schema: { summary: 'State of the vendor', security: [], response: { 200: Health } } },
    async () => {
      await history.ping()
      return { status: 'ok', refreshedAt: refreshed() }
    },
  )
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  for (const { path, headers, body } of referenceAnswers(SWAGGER_UI, () => app.swagger()))
    app.get(path, { schema: { hide: true } }, async (_request, reply) => reply.headers(headers).send(body()))
  return app

  /** @throws NOT_SIGNED_ON */
  async function customerOf({ headers }: FastifyRequest): Promise<string> {
    const customer = await customers.whoIs(headers.authorization)
    if (customer !== undefined) return customer
    throw new SightlineError('NOT_SIGNED_ON', 'this request needs a token of this vendor', {
      hint: "Send it as 'Authorization: Bearer TOKEN'. The token is in the file vendor-token of the vendor's data folder.",
    })
  }
}

const route = (summary: string, body: object, answer: object) => ({
  schema: { summary, body, response: { 200: answer, default: Problem } },
})

const DOCUMENT = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Sightline vendor',
      description: 'Search of the simulated commercial vendor; every search is bounded in time and recorded.',
      version,
    },
    components: { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } } },
    security: [{ token: [] }],
  },
}
