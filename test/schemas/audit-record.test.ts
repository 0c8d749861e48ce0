import { auditRecordParser, EMPTY_CHAIN, hashOfRecord, sealRecord } from '@sightline/schemas/audit-record'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const content = {
  at: '2026-11-24T03:05:01.123Z',
  actor: 'developer',
  action: 'display.create',
  subject: 'd1',
  parameters: {},
} as const

test('a sealed record is valid, and its hash covers what came before (AUD-2)', () => {
  const first = sealRecord(content, EMPTY_CHAIN)
  const second = sealRecord(content, first.end)
  const other = sealRecord(content, {
    ...first.end,
    hash: first.end.hash.replace(/^./, (c) => (c === '0' ? '1' : '0')),
  })
  for (const { text, end } of [first, second, other]) {
    expect(auditRecordParser.parseJson(text)).toMatchObject(end)
    expect(hashOfRecord(Buffer.from(text))).toBe(end.hash)
  }
  expect(auditRecordParser.parseJson(second.text).previous).toBe(first.end.hash)
  expect(new Set([first, second, other].map(({ end }) => end.hash)).size).toBe(3)
})

test('any parameters survive, and any other ones have another hash', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      fc.pre(JSON.stringify(before) !== JSON.stringify(after))
      const seal = (value: unknown) => sealRecord({ ...content, parameters: { value } }, EMPTY_CHAIN)
      expect(hashOfRecord(Buffer.from(seal(before).text))).toBe(seal(before).end.hash)
      expect(seal(before).end.hash).not.toBe(seal(after).end.hash)
    }),
  )
})
