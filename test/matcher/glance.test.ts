import { readOf } from '@sightline/edge-agent/read-of'
import type { Pass } from '@sightline/edge-agent/tracking/tracker'
import { createGlance } from '@sightline/matcher/glance'
import { judge, judgeParsed } from '@sightline/matcher/judge'
import { createDisplayIndex } from '@sightline/matching'
import { type Read, readParser } from '@sightline/schemas/read'
import { pictureName } from '@sightline/schemas/subjects'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryRead, editedMessage } from '../support/arbitrary-reads.ts'
import { aDisplay } from '../support/displays.ts'
import { aMessage, ownMessage } from '../support/messages.ts'
import { aRead, gate } from '../support/reads.ts'

const now = Date.parse('2026-11-24T03:05:02.000Z')
const bytes = (text: string) => new TextEncoder().encode(text)
const glance = createGlance()
const pictured = (change: Partial<Read>) => {
  const read = aRead(change)
  const name = (kind: 'plate' | 'vehicle') => pictureName(read.source, read.camera.id, read.id, kind)
  return { ...read, pictures: { plate: name('plate'), vehicle: name('vehicle') } }
}

const index = createDisplayIndex()
index.set(aDisplay())
index.set(aDisplay({ id: 'd2', plate: 'B8O0', region: 'us-ca' }))
index.set(aDisplay({ id: 'd3', plate: '7AB?1*', only: { colors: ['red'], minConfidence: 0.5 } }))
index.set(aDisplay({ id: 'd4', plate: '7ABC12?', only: { kinds: ['van', 'truck'] } }))

const messages = editedMessage(arbitraryRead(['7ABC123', '7ABC12', '7A8C123', 'BBO0', 'B80O', '7ABX19']))

test('a glance decides like the full parse, for reads and for reads with one or two edits', () => {
  let refused = 0
  let taken = 0
  fc.assert(
    fc.property(messages, (message) => {
      const stored = ownMessage(message, now)
      const full = judgeParsed(stored, index, now)
      expect(judge(stored, index, now)).toEqual(full)
      if (full.kind === 'refused') refused++
      else if (glance(message)) taken++
    }),
    { numRuns: 5000 },
  )
  // Both kinds came, or the test says nothing.
  expect(refused).toBeGreaterThan(500)
  expect(taken).toBeGreaterThan(500)
})

test('what a glance accepts is a valid read, with that plate, confidence and country', () => {
  fc.assert(
    fc.property(messages, (message) => {
      const glanced = glance(message)
      if (!glanced) return
      const whole = readParser.parseJson(message)
      expect({ ...glanced.parse() }).toEqual(whole)
      expect(glanced.read.plate).toBe(whole.plate)
      expect(glanced.read.confidence).toBe(whole.confidence)
      expect(glanced.domestic).toBe(whole.camera.country === 'US')
      expect(glanced.read.seenAt).toBe(whole.seenAt)
    }),
    { numRuns: 3000 },
  )
})

test('every single changed byte of a message gets the verdict of the full parse', () => {
  const message = bytes(JSON.stringify(pictured({ vehicle: { make: 'Toyota', model: null, color: 'red' } })))
  for (let at = 0; at < message.length; at++) {
    for (const byte of bytes('"\\{},:.-09e nA\u0000é')) {
      const changed = message.slice()
      changed[at] = byte
      // Otherwise the full parse decides anyway.
      if (!glance(changed)) continue
      for (const stored of [aMessage(changed, { storedAt: now }), ownMessage(changed, now)]) {
        expect(judge(stored, index, now)).toEqual(judgeParsed(stored, index, now))
      }
    }
  }
})

test('what edge agents write is accepted at a glance, including a moving camera and a followed vehicle', () => {
  const pass = {
    text: '7ABC123',
    confidence: 0.9712,
    chars: [...'7ABC123'].map((char) => ({
      char,
      confidence: 0.9,
      alternatives: [{ char: 'X', confidence: 0.1 }],
    })),
    region: 'us-ca',
    regionConfidence: 0.8,
    first: now - 900,
    last: now,
    frames: 4,
    direction: 'approaching' as const,
    best: { seenAt: now - 500 },
  }
  const sighting = {
    camera: { ...gate, address: 'Cañón 1' },
    position: {
      ...{ fix: 'gps' as const, lat: 32.71234567890123, lon: -117.17000000000002 },
      ...{ accuracyM: 3.3000000000000003, headingDeg: 359.99, speedMps: 12.345678901234567 },
    },
    engine: { name: 'sightline', version: '0.1.0+1a2b3c' },
    pictures: { plate: true, vehicle: true },
    vehicle: {
      color: { name: 'gray' as const, probability: 0.812 },
      kind: { name: 'pickup' as const, probability: 0.97 },
      view: null,
    },
    hasLine: true,
  }
  const written = bytes(JSON.stringify(readOf(pass as unknown as Pass, sighting)))
  expect(glance(written)?.read.plate).toBe('7ABC123')
})

test('a cut message is refused, wherever it is cut', () => {
  const message = bytes(JSON.stringify(aRead()))
  for (let end = 0; end < message.length; end++) {
    expect(judge(aMessage(message.subarray(0, end)), index, now)).toMatchObject({ kind: 'refused' })
  }
})
