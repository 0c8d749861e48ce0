import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { AuditCheckpoint } from '../../schemas/audit-checkpoint.ts'
import { AuditRecord } from '../../schemas/audit-record.ts'
import { orNull } from '../../schemas/message.ts'
import type { OversightStores } from '../oversight/open.ts'
import { problems } from '../problem.ts'

const record = AuditRecord.properties
const signed = AuditCheckpoint.properties
const Chain = Type.Object({
  last: orNull(Type.Object({ number: record.number, at: record.at })),
  blockedAt: orNull(
    Type.Integer({
      description: 'Number of the message at the end of the log that is no record: nothing is done then',
    }),
  ),
  checkpoint: orNull(Type.Object({ number: signed.number, at: signed.at, key: signed.key })),
  recordsSince: Type.Integer({
    description:
      'Records after the signed one; below 0: the log ends before what was signed, records are gone',
  }),
})

/**
 * How the audit log stands (AUD-2). A look at it is not in the log: it names nobody and nothing that was seen, and it has
 * to be answered when the log takes no records.
 */
export const oversightChainRoute: FastifyPluginAsyncTypebox<Pick<OversightStores, 'auditChain'>> = async (
  app,
  { auditChain },
) => {
  app.get(
    '/v1/oversight/chain',
    {
      config: { permission: 'audit.chain' },
      schema: {
        tags: ['oversight'],
        summary:
          'How the audit log stands: its last record, the last signed end, whether it is blocked (AUD-2)',
        description:
          'It checks neither hashes nor the signature: who could change the log could change this answer. Verifying is ' +
          'done offline, with a public key that was kept elsewhere: `./sightline audit export`, then `./sightline audit verify`.',
        response: { 200: Chain, ...problems(403, 503) },
      },
    },
    () => auditChain(),
  )
}
