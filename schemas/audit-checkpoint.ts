import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import Type, { type Static } from 'typebox'
import type { ChainEnd } from './audit-record.ts'
import { createParser, Instant } from './message.ts'

/**
 * A signed statement of where the audit log ended (AUD-2): whoever has it can prove that everything before is
 * unchanged.
 */
export const AuditCheckpoint = Type.Object(
  {
    v: Type.Literal(1),
    number: Type.Integer({ minimum: 1, description: 'Of the last record' }),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the last record' }),
    at: Instant,
    key: Type.String({
      pattern: '^[0-9a-f]{16}$',
      description: 'Which key signed: the first half of its SHA-256',
    }),
    signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$', description: 'Ed25519, base64url' }),
  },
  {
    $id: 'https://sightline.invalid/schemas/audit-checkpoint-1.json',
    title: 'AuditCheckpoint',
    additionalProperties: false,
  },
)
export type AuditCheckpoint = Static<typeof AuditCheckpoint>

export const auditCheckpointParser = createParser('audit checkpoint', AuditCheckpoint)

/** The signed text; its first line keeps the key from being used for anything else. */
const statement = (number: number, hash: string, at: string) =>
  Buffer.from(`sightline audit checkpoint 1\n${number}\n${hash}\n${at}\n`)

/** First half of the SHA-256 of a public key (SPKI, DER), short enough for a person to compare. */
export function keyId(key: KeyObject): string {
  const spki = createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({
    type: 'spki',
    format: 'der',
  })
  return createHash('sha256').update(spki).digest('hex').slice(0, 16)
}

/** @param keys an Ed25519 pair; @param at an instant */
export function signCheckpoint(
  { number, hash }: ChainEnd,
  at: string,
  keys: { publicKey: KeyObject; privateKey: KeyObject },
): AuditCheckpoint {
  const signature = sign(null, statement(number, hash, at), keys.privateKey).toString('base64url')
  return { v: 1, number, hash, at, key: keyId(keys.publicKey), signature }
}

/** Whether this key signed the checkpoint. */
export function isSignedBy(
  { number, hash, at, key, signature }: AuditCheckpoint,
  publicKey: KeyObject,
): boolean {
  return (
    key === keyId(publicKey) &&
    verify(null, statement(number, hash, at), publicKey, Buffer.from(signature, 'base64url'))
  )
}
