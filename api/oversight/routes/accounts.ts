import { createHash, randomUUID } from 'node:crypto'
import { instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { AccountRequest, HeldAccount } from '@sightline/schemas/held-account'
import { oneOf } from '@sightline/schemas/message'
import { normalizePlate } from '@sightline/schemas/plate'
import Type from 'typebox'
import type { Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { auditOf, entryOf, record } from '../../plugins/app/audit.ts'
import { problems } from '../../shared/problem.ts'
import { valuesOf } from '../../shared/records.ts'
import { foundCounts, heldAccount } from '../account.ts'
import { accountPdf } from '../account-pdf.ts'
import type { OversightDeps } from '../open.ts'
import { fileHeaders } from '../watermark.ts'

const Format = Type.Object({ format: Type.Optional(oneOf(['json', 'pdf'])) }, { additionalProperties: false })

/** Accounts of what the agency itself holds, for requests under the FOIA and the Privacy Act (AUD-8). */
export const oversightAccountRoutes: Route<OversightDeps> = (app, deps) => {
  const { alertWork, cases, clock, disseminations, displays, lookouts, products, saved } = deps

  app.post(
    '/v1/oversight/accounts',
    {
      config: {
        permission: 'account.compile',
        audit: { action: 'account.compile', decided: true, also: ['account.answer'] },
      },
      schema: {
        tags: ['oversight'],
        summary: 'Compile what is held about plates or words, as JSON or PDF (AUD-8)',
        description:
          'Searches events, projects and workspaces, reads saved into them, products, displays, work on alerts, lookouts and what was ' +
          'shared outside the agency. The account is not stored: the audit log keeps the request, the counts and the digest.',
        querystring: Format,
        body: AccountRequest,
        response: {
          200: {
            description: 'The account',
            content: {
              'application/json': { schema: HeldAccount },
              'application/pdf': { schema: Type.String({ format: 'binary' }) },
            },
          },
          ...problems(400, 403, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { body } = request
      const { format = 'json' } = request.query
      if (!body.plates && !body.words) {
        throw new SightlineError('RULE_BROKEN', 'an account needs at least one plate or word (AUD-8)', {
          hint: "Give plates, or words such as the requester's name.",
        })
      }
      const wanted = { ...body, ...(body.plates && { plates: body.plates.map(normalizePlate) }) }
      const now = clock()
      const exportedBy = actorOf(request).id
      const watermark = { exportedBy, exportedAt: instant(now), exportId: randomUUID() }
      const about = { subject: watermark.exportId }
      await record(request, { ...about, parameters: { ...wanted, format } })
      const holdings = {
        cases: await valuesOf(cases),
        saved: await valuesOf(saved),
        products: await valuesOf(products),
        displays: displays.all(),
        alertWork: await valuesOf(alertWork),
        lookouts: await valuesOf(lookouts),
        disseminations: await valuesOf(disseminations),
      }
      const account = heldAccount(wanted, holdings, exportedBy, now)
      const text = JSON.stringify(account)
      const digest = createHash('sha256').update(text).digest('hex')
      // A second record, of what was found: the declaration knows only the request.
      const parameters = { found: foundCounts(account), digest }
      await auditOf(request).record(entryOf(request, { ...about, action: 'account.answer', parameters }))
      const [type, content] =
        format === 'pdf'
          ? (['application/pdf', await accountPdf(account, digest, watermark)] as const)
          : (['application/json; charset=utf-8', Buffer.from(text)] as const)
      return reply
        .headers({ ...fileHeaders(type, 'account', watermark, format), 'x-content-sha256': digest })
        .send(content as never)
    },
  )
}
