import { randomUUID } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import { AuditAction, AuditRecord } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { Instant, orNull } from '@sightline/schemas/message'
import { normalizePlate } from '@sightline/schemas/plate'
import Type, { type Static } from 'typebox'
import type { Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { record } from '../../plugins/app/audit.ts'
import { DEFAULT_LIMIT, Limit } from '../../shared/limit.ts'
import { problems } from '../../shared/problem.ts'
import { aliasesOf } from '../aliases.ts'
import { auditAsCsv } from '../exports.ts'
import { type AuditWanted, auditMatcher } from '../find.ts'
import { wantedTerms } from '../index/terms.ts'
import type { OversightDeps } from '../open.ts'
import { type AuditPage, searchAudit } from '../search.ts'
import { fileHeaders } from '../watermark.ts'

const Name = Type.String({ minLength: 1, maxLength: 200 })

const WANTED = {
  person: Type.Optional(Type.Intersect([Name], { description: 'Who acted, or was acted upon' })),
  plate: Type.Optional(Type.String({ minLength: 1, maxLength: 30, examples: ['7ABC 123'] })),
  case: Type.Optional(Type.Intersect([Name], { description: 'Reference or id of a case' })),
  subject: Type.Optional(
    Type.Intersect([Name], { description: 'Id of the display, query, alert … acted upon' }),
  ),
  action: Type.Optional(AuditAction),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
}
const Wanted = Type.Object(WANTED, { additionalProperties: false })
const Search = Type.Object(
  {
    ...WANTED,
    limit: Type.Optional(Limit),
    cursor: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,15}$', description: 'next of the page before' }),
    ),
  },
  { additionalProperties: false },
)
const Page = Type.Object({
  records: Type.Array(AuditRecord),
  next: orNull(Type.String()),
  searchedTo: orNull(
    Type.Intersect([Instant], { description: 'How far back this page searched; null: to the beginning' }),
  ),
  malformed: Type.Integer({ description: 'Number of messages in the log that are not records' }),
})

/** Maximum number of records in one file. */
const MOST_EXPORTED = 50_000
const tags = ['oversight']

/** The audit log for oversight, by person, plate, case and time (AUD-3). Each look is recorded before it happens. */
export const oversightAuditRoutes: Route<OversightDeps> = (app, deps) => {
  const { auditIndex, auditLookup, clock } = deps

  /**
   * The search conditions, as recorded. They are in the body, because addresses are logged elsewhere and must not
   * contain plates.
   */
  const wantedOf = ({ plate, ...rest }: Static<typeof Wanted>): AuditWanted => ({
    ...rest,
    ...(plate !== undefined && { plate: normalizePlate(plate) }),
  })
  const pagesOf = async (wanted: AuditWanted) => {
    const aliases = await aliasesOf(deps, wanted)
    const search = { matches: auditMatcher(wanted, aliases), groups: wantedTerms(wanted, aliases) }
    const sources = { lookup: auditLookup, index: auditIndex }
    const time = {
      ...(wanted.from && { from: Date.parse(wanted.from) }),
      ...(wanted.to && { to: Date.parse(wanted.to) }),
    }
    return (limit: number, cursor?: string | null): Promise<AuditPage> =>
      searchAudit(sources, search, { ...time, limit, ...(cursor && { before: Number(cursor) }) })
  }

  app.post(
    '/v1/oversight/audit/search',
    {
      config: {
        permission: 'audit.search',
        audit: {
          action: 'audit.search',
          parameters: ({ body }) => {
            const { limit = DEFAULT_LIMIT, cursor, ...wanted } = body as Static<typeof Search>
            return { ...wantedOf(wanted), limit, ...(cursor && { cursor }) }
          },
        },
      },
      schema: {
        tags,
        summary: 'Search the audit log, newest first; all conditions must match (AUD-3)',
        description:
          'Finds a plate where it is stated as plate or pattern, in words, and by the ids of its displays and lookouts. ' +
          'A page may have fewer records than its limit, when it has searched enough: continue with `next`.',
        body: Search,
        response: { 200: Page, ...problems(400, 403, 422, 503) },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor, ...body } = request.body
      const wanted = wantedOf(body)
      return (await pagesOf(wanted))(limit, cursor)
    },
  )

  app.get(
    '/v1/oversight/audit/:number',
    {
      config: {
        permission: 'audit.search',
        audit: { action: 'audit.search', parameters: ({ params }) => ({ ...(params as object) }) },
      },
      schema: {
        tags,
        summary: 'Get one audit record (AUD-3)',
        params: Type.Object({ number: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
        response: { 200: AuditRecord, ...problems(403, 404, 503) },
      },
    },
    async (request) => {
      const { number } = request.params
      return auditLookup.byNumber(number)
    },
  )

  app.post(
    '/v1/oversight/audit/export',
    {
      config: { permission: 'audit.search', audit: { action: 'audit.export', decided: true } },
      schema: {
        tags,
        summary: 'Search the audit log, as a table (CSV) with who exported it and when in every row',
        description: `At most ${MOST_EXPORTED} records. The table is for reading: only the output of ./sightline audit export can be verified.`,
        body: Wanted,
        response: {
          200: { description: 'CSV', content: { 'text/csv': { schema: Type.String() } } },
          ...problems(400, 403, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const wanted = wantedOf(request.body)
      const exportedBy = actorOf(request).id
      const watermark = { exportedBy, exportedAt: instant(clock()), exportId: randomUUID() }
      await record(request, { subject: watermark.exportId, parameters: { ...wanted, format: 'csv' } })
      const pageOf = await pagesOf(wanted)
      const records: AuditRecord[] = []
      let cursor: string | null = null
      do {
        const page: AuditPage = await pageOf(500, cursor)
        for (const record of page.records) records.push(record)
        cursor = page.next
        if (records.length > MOST_EXPORTED) {
          throw new SightlineError(
            'SEARCH_TOO_LARGE',
            `more than ${MOST_EXPORTED} records match, too many for one file`,
            {
              hint: 'Choose a shorter time with from and to.',
            },
          )
        }
      } while (cursor !== null)
      return reply
        .headers(fileHeaders('text/csv; charset=utf-8', 'audit', watermark, 'csv'))
        .send(auditAsCsv(records, watermark) as never)
    },
  )
}
