import { alertOf } from '@sightline/matcher/alert'
import { judge } from '@sightline/matcher/judge'
import { matchOfOne } from '@sightline/matcher/one-display'
import { createDisplayIndex } from '@sightline/matching'
import { alertParser } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'
import { aMessage } from '../support/messages.ts'
import { aRead, gate } from '../support/reads.ts'

const now = Date.parse('2026-11-24T03:05:02.000Z')
const index = createDisplayIndex()
index.set(aDisplay())
const stored = (value: unknown) =>
  aMessage(value instanceof Uint8Array || typeof value === 'string' ? value : JSON.stringify(value), {
    storedAt: now,
  })
const nothingMore = { approach: null, isTest: false }

test('a matching read gives a valid alert, and the same one each time', () => {
  const alert = (at: number) => {
    const verdict = judge(stored(aRead()), index, at)
    if (verdict.kind !== 'matches') throw new Error(verdict.kind)
    return alertOf(verdict.matches[0]!, aDisplay(), verdict.read, nothingMore, now, at)
  }
  expect(alertParser.check(alert(now))).toBe(true)
  expect(alert(now + 60_000).id).toBe(alert(now).id)
})

test.each([
  ['closed', aDisplay({ state: 'closed' })],
  ['rejected', aDisplay({ state: 'rejected' })],
  ['expired', aDisplay({ expiresAt: '2026-11-24T03:05:02.000Z' })],
  ['changed to another plate', aDisplay({ plate: 'OTHER1' })],
  ['narrowed to another camera', aDisplay({ only: { cameras: ['gate-2'] } })],
  ['narrowed to sure reads', aDisplay({ only: { minConfidence: 0.99 } })],
  ['made to require another state', aDisplay({ region: 'us-tx', strict: true })],
])('a display that was %s since the match no longer matches (DSP-3 to DSP-5)', (_what, display) => {
  const one = createDisplayIndex()
  const match = (display: Display) => matchOfOne(one, display, aRead(), { time: new Date(now) }, now)
  expect(match(aDisplay())).toMatchObject({ id: 'd1', kind: 'exact' })
  expect(match(display)).toBeNull()
  expect(match(aDisplay())).toMatchObject({ id: 'd1', kind: 'exact' })
  expect(one.size).toBe(0)
})

test('a read that no display names gives nothing', () => {
  expect(judge(stored(aRead({ plate: 'OTHER1' })), index, now)).toEqual({ kind: 'nothing' })
})

test('a read from outside the United States is neither matched nor kept (CAP-5)', () => {
  const camera = { ...gate, country: 'MX' }
  expect(judge(stored(aRead({ camera })), index, now)).toEqual({ kind: 'foreign' })
})

test.each([
  ['no JSON', 'plate=7ABC123', 'MESSAGE_NOT_JSON'],
  ['bytes that are not UTF-8', new Uint8Array([0xff, 0xfe]), 'MESSAGE_NOT_JSON'],
  ['an array', [], 'MESSAGE_INVALID'],
  ['a plate with a blank', { ...aRead(), plate: '7ABC 123' }, 'MESSAGE_INVALID'],
  ['a time without zone', { ...aRead(), seenAt: '2026-11-24T03:05:01' }, 'MESSAGE_INVALID'],
  ['a confidence of 97', { ...aRead(), confidence: 97 }, 'MESSAGE_INVALID'],
  ['an unknown key', { ...aRead(), color: 'red' }, 'MESSAGE_INVALID'],
  ['a future version', { ...aRead(), v: 2 }, 'MESSAGE_INVALID'],
])('a message with %s is refused with a code', (_what, message, code) => {
  const verdict = judge(stored(message), index, now)
  expect(verdict).toMatchObject({ kind: 'refused', error: { code } })
})
