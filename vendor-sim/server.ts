import fastify, { LogController } from 'fastify'
import type { Clock } from '../runtime/clock.ts'
import { instant } from '../runtime/clock.ts'
import { presentable } from '../runtime/http.ts'
import type { Logger } from '../runtime/log.ts'
import { SightlineError } from '../schemas/errors.ts'
import { type VendorSearchAnswer, vendorSearchRequestReader } from '../schemas/vendor-search.ts'
import type { History } from './history/store.ts'
import { isBearer } from './token.ts'

export interface ServerParts {
  history: History
  token: string
  /** Until when the history holds everything that the cameras saw, milliseconds since 1970; null: not yet. */
  refreshedAt(): number | null
  clock: Clock
  log: Logger
}

/** The vendor's search API, not yet listening: POST /v1/search, GET /health. */
export function buildServer({ history, token, refreshedAt, clock, log }: ServerParts) {
  // Requests are not logged: the vendor's record of queries is the table `queries` (AUD-4), and no log has plates.
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 16 * 1024,
  })

  app.setErrorHandler((thrown, request, reply) => {
    const error = presentable(thrown)
    if (error.httpStatus >= 500) request.log.error({ code: error.code, err: thrown }, 'a request failed')
    return reply.code(error.httpStatus).send({ code: error.code, message: error.message, hint: error.hint })
  })
  app.setNotFoundHandler(() => {
    throw new SightlineError(
      'NOT_FOUND',
      'there is no such place; the vendor answers POST /v1/search and GET /health',
    )
  })

  app.post('/v1/search', async (request): Promise<VendorSearchAnswer> => {
    if (!isBearer(request.headers.authorization, token)) {
      throw new SightlineError('NOT_SIGNED_ON', 'a search needs the token of this vendor', {
        hint: "Send it as 'Authorization: Bearer TOKEN'; it is in the file vendor-token of the vendor's data folder.",
      })
    }
    const search = vendorSearchRequestReader.parse(request.body)
    const receivedAt = clock()
    const found = await history.search(search)
    // Recorded before it is answered: a query that cannot be recorded is not answered (AUD-4).
    await history.recordQuery({ receivedAt, client: 'agency', request: search, results: found.reads.length })
    const refreshed = refreshedAt()
    return { v: 1, ...found, refreshedAt: refreshed === null ? null : instant(refreshed) }
  })

  app.get('/health', async () => {
    await history.ping()
    const refreshed = refreshedAt()
    return { status: 'ok', refreshedAt: refreshed === null ? null : instant(refreshed) }
  })
  return app
}
