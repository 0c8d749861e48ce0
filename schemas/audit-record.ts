import { hash as digest } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'

/** Everything the api does for somebody, by name. */
export const AuditAction = oneOf([
  'display.create',
  'display.test',
  'display.update',
  'display.close',
  'display.validate',
  'display.hand-over',
  'display.review',
  'display.list',
  'display.view',
  'alerts.list',
  'alerts.subscribe',
  'alert.view',
  'alert.claim',
  'alert.release',
  'alert.verify',
  'alert.reject',
  'alert.pass-on',
  'alert.precision',
  'delivery.view',
  'picture.view',
  'edge.invite',
  'edge.enrol',
  'edge.revoke',
  'edge.list',
  'sign-on',
  'sign-off',
  'consent.give',
  'request.refuse',
  'request.replay',
  'person.create',
  'person.invite',
  'person.pending',
  'person.refuse',
  'person.set-up',
  'person.change',
  'person.list',
  'colleague.list',
  'access.request',
  'access.approve',
  'access.grant',
  'access.refuse',
  'access.withdraw',
  'access.end',
  'access.list',
  'access.certify',
  'training.record',
  'mailbox.view',
  'settings.view',
  'camera.list',
  'query.search',
  'query.review',
  'query.answer',
  'case.create',
  'case.list',
  'case.view',
  'case.change',
  'case.subject-add',
  'case.subject-remove',
  'case.member-add',
  'case.member-remove',
  'case.hand-over',
  'case.close',
  'case.reopen',
  'case.renew',
  'case.delete',
  'search.ask',
  'search.approve',
  'saved.create',
  'saved.list',
  'saved.renew',
  'saved.delete',
  'product.create',
  'product.revise',
  'product.submit',
  'product.return',
  'product.publish',
  'product.withdraw',
  'product.list',
  'product.view',
  'product.renew',
  'product.delete',
  'lookout.create',
  'lookout.list',
  'lookout.view',
  'lookout.close',
  'lookout.renew',
  'lookout.delete',
  'dissemination.create',
  'dissemination.list',
  'saved.export',
  'audit.search',
  'audit.export',
  'audit.mend',
  'audit.review-open',
  'audit.review-view',
  'audit.review-list',
  'audit.review-judge',
  'audit.review-sign',
  'misuse.view',
  'misuse.settings-view',
  'misuse.settings-change',
  'oversight.due',
  'account.compile',
  'account.answer',
  'system.backup',
  'system.restore',
])
export type AuditAction = Static<typeof AuditAction>

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hexadecimal' })

/** One transaction of one person, in the append-only stream `AUDIT` (AUD-1, AUD-2). */
export const AuditRecord = Type.Object(
  {
    v: Type.Literal(1),
    number: Type.Integer({ minimum: 1, description: 'Place in the chain: from 1, without gaps' }),
    previous: Type.Union([Hash, Type.Literal('')], {
      description: 'Hash of the previous record; empty in the first',
    }),
    at: Instant,
    actor: Token,
    action: AuditAction,
    subject: orNull(Type.String({ maxLength: 200, description: 'Id of the object' })),
    parameters: Type.Record(Type.String(), Type.Unknown(), { description: 'All parameters; never results' }),
    hash: Hash,
  },
  {
    $id: 'https://sightline.invalid/schemas/audit-record-1.json',
    title: 'AuditRecord',
    additionalProperties: false,
  },
)
export type AuditRecord = Static<typeof AuditRecord>

export const auditRecordParser = createParser('audit record', AuditRecord)

/** The record in a message of the log; null when it is not a record. */
export function recordOf(bytes: Uint8Array): AuditRecord | null {
  try {
    return auditRecordParser.parseJson(bytes)
  } catch {
    return null
  }
}

/** The fields of a record except its place in the chain. */
export type AuditContent = Omit<AuditRecord, 'v' | 'number' | 'previous' | 'hash'>

/** End of a chain: number and hash of its last record; 0 and '' for an empty one. */
export type ChainEnd = Pick<AuditRecord, 'number' | 'hash'>

export const EMPTY_CHAIN: ChainEnd = { number: 0, hash: '' }

/** The bytes after the hashed ones: 64 of the hash between two pieces. */
export const SEAL = { opens: ',"hash":"', closes: '"}', length: 9 + 64 + 2 }

/**
 * The next record of a chain as stored, exported and hashed (AUD-2): JSON with a fixed order of keys; its hash is the
 * SHA-256 of all bytes before `,"hash":`. Checking it needs no parser and no canonical form.
 */
export function sealRecord(
  content: AuditContent,
  { number, hash }: ChainEnd,
): { text: string; end: ChainEnd } {
  const { at, actor, action, subject, parameters } = content
  const head = { v: 1, number: number + 1, previous: hash, at, actor, action, subject, parameters }
  const open = JSON.stringify(head).slice(0, -1)
  const end = { number: number + 1, hash: digest('sha256', open, 'hex') }
  return { text: `${open}${SEAL.opens}${end.hash}${SEAL.closes}`, end }
}

/** The hash that the bytes of a record should have. */
export const hashOfRecord = (bytes: Uint8Array): string =>
  digest('sha256', bytes.subarray(0, bytes.length - SEAL.length), 'hex')
