import { expect, test } from 'vitest'
import { createDisplayIndex } from '../../matcher/index/exact.ts'
import { judge } from '../../matcher/judge.ts'
import { alertReader } from '../../schemas/alert.ts'
import { aDisplay } from '../support/displays.ts'
import { aRead, gate } from '../support/reads.ts'

const now = Date.parse('2026-11-24T03:05:02.000Z')
const index = createDisplayIndex()
index.set(aDisplay())
const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

test('a matching read makes a valid alert, and the same one each time', () => {
  const verdict = judge(bytes(aRead()), now, index, now)
  if (verdict.kind !== 'alerts') throw new Error(verdict.kind)
  const [alert] = verdict.alerts
  expect(alertReader.check(alert)).toBe(true)
  expect(judge(bytes(aRead()), now, index, now + 60_000)).toMatchObject({ alerts: [{ id: alert?.id }] })
})

test('a read that nobody waits for makes nothing', () => {
  expect(judge(bytes(aRead({ plate: 'OTHER1' })), now, index, now)).toEqual({ kind: 'nothing' })
})

test('a read from outside the United States is neither matched nor kept (CAP-5)', () => {
  const camera = { ...gate, country: 'MX' }
  expect(judge(bytes(aRead({ camera })), now, index, now)).toEqual({ kind: 'foreign' })
})

test.each([
  ['no JSON', 'plate=7ABC123', 'MESSAGE_NOT_JSON'],
  ['bytes that are not UTF-8', new Uint8Array([0xff, 0xfe]), 'MESSAGE_NOT_JSON'],
  ['an array', [], 'MESSAGE_INVALID'],
  ['a plate with a blank', { ...aRead(), plate: '7ABC 123' }, 'MESSAGE_INVALID'],
  ['a time without zone', { ...aRead(), seenAt: '2026-11-24T03:05:01' }, 'MESSAGE_INVALID'],
  ['a confidence of 97', { ...aRead(), confidence: 97 }, 'MESSAGE_INVALID'],
  ['an unknown key', { ...aRead(), colour: 'red' }, 'MESSAGE_INVALID'],
  ['a version to come', { ...aRead(), v: 2 }, 'MESSAGE_INVALID'],
])('a message with %s is refused with a code', (_what, message, code) => {
  const verdict = judge(message instanceof Uint8Array ? message : bytes(message), now, index, now)
  expect(verdict).toMatchObject({ kind: 'refused', error: { code } })
})
