import { AuditCheckpoint } from '@sightline/schemas/audit-checkpoint'
import { AuditRecord } from '@sightline/schemas/audit-record'
import { oneOf, orNull } from '@sightline/schemas/message'
import Type from 'typebox'
import type { Route } from '../../app.ts'
import { problems } from '../../shared/problem.ts'
import type { OversightStores } from '../open.ts'

const record = AuditRecord.properties
const signed = AuditCheckpoint.properties
const Chain = Type.Object({
  last: orNull(Type.Object({ number: record.number, at: record.at })),
  blockedAt: orNull(
    Type.Integer({
      description:
        'Number of the message at the end of the log that is not a record: nothing can be done until it is repaired',
    }),
  ),
  checkpoint: orNull(Type.Object({ number: signed.number, at: signed.at, key: signed.key })),
  recordsSince: Type.Integer({
    description:
      'Records after the signed one; below 0: the log ends before the signed record, so records are missing',
  }),
})

const Sequence = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const Check = Type.Object({
  from: Type.Integer({ description: 'Place in the log of the first message checked' }),
  to: Type.Integer({ description: 'Place of the last' }),
  next: orNull(
    Type.Intersect([Sequence], {
      description: '`before` for the part further back; null: this part reaches the beginning',
    }),
  ),
  records: Type.Integer(),
  faults: Type.Array(
    Type.Object({
      kind: oneOf(['malformed', 'changed', 'replaced', 'removed', 'inserted', 'reordered', 'not as signed']),
      number: Type.Integer({ description: 'Number of the record; for a malformed one its place in the log' }),
      to: Type.Optional(Type.Integer({ description: 'Last number of a range of removed records' })),
    }),
  ),
  mended: Type.Array(Type.Integer(), {
    description: 'Places of messages that are not records and were repaired',
  }),
  signed: Type.Integer({ description: 'Signed ends within the part that agree with it' }),
})

const audit = { none: 'it names nobody, and must be answered while the log takes no records' }

/**
 * State of the audit log (AUD-2). Viewing it is not recorded: it names nobody, and it must be answered while the log
 * takes no records.
 */
export const oversightChainRoute: Route<Pick<OversightStores, 'auditChain' | 'auditCheck'>> = (
  app,
  { auditChain, auditCheck },
) => {
  app.get(
    '/v1/oversight/chain',
    {
      config: { permission: 'audit.chain', audit },
      schema: {
        tags: ['oversight'],
        summary:
          'State of the audit log: its last record, the last signed end, whether it is blocked (AUD-2)',
        description:
          'It checks neither hashes nor the signature: whoever could change the log could change this answer. Verify ' +
          'offline, with a public key kept elsewhere: `./sightline audit export`, then `./sightline audit verify`.',
        response: { 200: Chain, ...problems(403, 503) },
      },
    },
    () => auditChain(),
  )

  app.get(
    '/v1/oversight/chain/check',
    {
      config: { permission: 'audit.chain', audit },
      schema: {
        tags: ['oversight'],
        summary: 'Check the hashes of a part of the audit log, newest part first (AUD-2)',
        description:
          'Says which records were changed, removed, inserted or moved, and whether they match what was signed. The api does ' +
          'this with what the broker returns; `./sightline audit verify` proves it to others.',
        querystring: Type.Object({ before: Type.Optional(Sequence) }, { additionalProperties: false }),
        response: { 200: Check, ...problems(400, 403, 503) },
      },
    },
    ({ query }) => auditCheck(query.before),
  )
}
