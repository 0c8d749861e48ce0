import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AuditRecord, auditRecordReader, chained } from '../../schemas/audit-record.ts'

const content = {
  v: 1,
  at: '2026-11-24T03:05:01.123Z',
  actor: 'developer',
  action: 'display.create',
  subject: 'd1',
} as const

test('a chained record is valid and its hash covers what came before (AUD-2)', () => {
  const first = chained({ ...content, parameters: { a: 1 } }, '')
  const second = chained({ ...content, parameters: { a: 1 } }, first.hash)
  expect(auditRecordReader.check(second)).toBe(true)
  expect(second.hash).not.toBe(first.hash)
})

test('the hash survives storage and does not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (parameters) => {
      const record = chained({ ...content, parameters }, '')
      const { previous, hash, ...stored } = JSON.parse(JSON.stringify(record)) as AuditRecord
      const turned = {
        ...stored,
        parameters: Object.fromEntries(Object.entries(stored.parameters).reverse()),
      }
      expect(chained(turned, previous).hash).toBe(hash)
    }),
  )
})

test('any changed value changes the hash', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      fc.pre(JSON.stringify(before) !== JSON.stringify(after))
      const hashOf = (value: unknown) => chained({ ...content, parameters: { value } }, '').hash
      // Key order is no difference; everything else is.
      fc.pre(sorted(before) !== sorted(after))
      expect(hashOf(before)).not.toBe(hashOf(after))
    }),
  )
})

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.entries(inner).sort() : inner,
  )
