import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Instant, oneOf, orNull, reader, Token } from './message.ts'

/** Everything the api does for somebody, by name. */
export const AuditAction = oneOf([
  'display.create',
  'display.close',
  'display.list',
  'display.view',
  'alerts.list',
  'alerts.subscribe',
  'picture.view',
  'edge.invite',
  'edge.enrol',
  'edge.revoke',
  'edge.list',
])
export type AuditAction = Static<typeof AuditAction>

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hexadecimal' })

/** One transaction of one person, in the append-only stream `AUDIT` (AUD-1, AUD-2). */
export const AuditRecord = Type.Object(
  {
    v: Type.Literal(1),
    at: Instant,
    actor: Token,
    action: AuditAction,
    subject: orNull(Type.String({ maxLength: 200, description: 'Id of the thing acted upon' })),
    parameters: Type.Record(Type.String(), Type.Unknown(), { description: 'All parameters; never results' }),
    previous: Type.Union([Hash, Type.Literal('')], {
      description: 'Hash of the record before; empty in the first',
    }),
    hash: Hash,
  },
  {
    $id: 'https://sightline.invalid/schemas/audit-record-1.json',
    title: 'AuditRecord',
    additionalProperties: false,
  },
)
export type AuditRecord = Static<typeof AuditRecord>

export const auditRecordReader = reader('audit record', AuditRecord)

/**
 * Chains a record to the one before it (AUD-2): the hash covers the content and the previous hash.
 * @param previous hash of the record before, or '' for the first
 */
export function chained(content: Omit<AuditRecord, 'previous' | 'hash'>, previous: string): AuditRecord {
  const hash = createHash('sha256')
    .update(canonicalJson({ ...content, previous }))
    .digest('hex')
  return { ...content, previous, hash }
}

/** JSON with sorted keys: one spelling for one value, so that a hash can be recomputed from what was stored. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
