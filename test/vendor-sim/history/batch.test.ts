import type { StreamMessage } from '@sightline/broker/stream-message'
import { checkRead } from '@sightline/schemas/origin'
import { type Read, readParser } from '@sightline/schemas/read'
import { readBatch } from '@sightline/vendor-sim/history/batch'
import { createLineGlance } from '@sightline/vendor-sim/history/line-glance'
import { newLines, writtenLines } from '@sightline/vendor-sim/history/lines'
import {
  openRegistrations,
  type Registrations,
  registrationOf,
} from '@sightline/vendor-sim/history/registrations'
import { lineOf } from '@sightline/vendor-sim/history/rows'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { arbitraryRead, editedMessage, inOrder } from '../../support/arbitrary-reads.ts'
import { ownMessage } from '../../support/messages.ts'
import { aRead, gate } from '../../support/reads.ts'

const NOW = Date.parse('2026-11-24T12:00:00.000Z')
const stored = (read: unknown) => ownMessage(JSON.stringify(read), NOW)

/** Registered registrations without an engine below them. */
const emptyRegistrations = () =>
  openRegistrations({ select: async () => [], insertRows: async () => {}, settle: async () => {} })
let registrations: Registrations
beforeEach(async () => {
  registrations = await emptyRegistrations()
})

const parsed = (message: StreamMessage): Read | undefined => {
  try {
    const read = readParser.parseJson(message.data)
    checkRead(read, message)
    // Others are refused: the history holds one century.
    return read.seenAt.startsWith('20') ? read : undefined
  } catch {
    return undefined
  }
}

describe('a batch of messages', () => {
  /** Few cameras, so that registrations come back; whatever a vendor or somebody worse may send. */
  const message = editedMessage(arbitraryRead(['7ABC123', 'B8O0'])).map((bytes) => ownMessage(bytes, NOW))

  it('gives the lines that parsing gives, and refuses what parsing refuses', async () => {
    const glance = createLineGlance()
    let written = 0
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 6 }), async (messages) => {
        const reads = messages.map(parsed)
        const well = reads.filter((read) => read !== undefined)
        const numbers = await registrations.register(well.map(registrationOf))
        // As bytes: half of a surrogate pair has none of its own.
        const lines = Buffer.from(well.map((read, i) => lineOf(read, numbers[i]!)).join(''))
        // Twice: registrations are new to the glance at first.
        for (let round = 0; round < 2; round++) {
          const batch = readBatch(registrations, glance)
          for (const [i, message] of messages.entries()) {
            if (reads[i]) batch.take(message, NOW)
            else expect(() => batch.take(message, NOW)).toThrow()
          }
          expect(batch.size).toBe(well.length)
          expect((await batch.lines()).toString()).toBe(lines.toString())
        }
        for (const message of messages) if (glance.write(message, newLines(), NOW) === 'written') written++
      }),
      { numRuns: 1500 },
    )
    // Most of them went past the parser, or the test says nothing.
    expect(written).toBeGreaterThan(500)
  })

  it.each<[string, Partial<Read>]>([
    ['an ordinary read', { vehicle: { make: 'Cañón', model: null, color: 'red' } }],
    ['nothing known', { region: null, regionConfidence: null, vehicle: null }],
    ['no position', { position: null }],
    ['a roaming registration', { position: { ...aRead().position!, fix: 'gps', lat: 32.5000001 } }],
    ['a picture', { pictures: { plate: `edge.gate-1.${aRead().id}.plate`, vehicle: null } }],
    ['no characters', { chars: [] }],
    [
      'a character in doubt',
      { chars: aRead().chars.map((char, i) => (i === 3 ? { ...char, confidence: 0.5 } : char)) },
    ],
    [
      'an alternative',
      { chars: aRead().chars.map((char) => ({ ...char, alternatives: [{ char: 'T', confidence: 0.01 }] })) },
    ],
    ['a character of another plate', { plate: '7ABC124' }],
    ['a confidence that no ten-thousandth is', { confidence: 55 / 255 }],
    ['a kind and a view', { vehicle: { make: 'Kia', model: null, color: null, kind: 'van', view: 'rear' } }],
    ['a kind that is unknown', { vehicle: { make: null, model: null, color: null, kind: null } }],
    ['an empty text', { vehicle: { make: '', model: null, color: null } }],
    ['a vehicle of which nothing is known', { vehicle: { make: null, model: null, color: null } }],
    [
      'how sure a network was of the vehicle',
      {
        vehicle: {
          ...{ make: null, model: null, color: 'gray', kind: 'car', view: 'front' },
          certainty: { color: 0.91, kind: 0.8, view: 0.99 },
        },
      },
    ],
    ['a plate that is cut', { cut: true }],
    [
      'what a plate reader says of itself',
      { engine: { name: 'axis', version: '1', ownConfidence: { value: 87, best: 100 } } },
    ],
    [
      'characters that are as long together as if they were alike',
      { chars: aRead().chars.map((char, i) => ({ ...char, confidence: i % 2 === 0 ? 0.9 : 0.999 })) },
    ],
  ])('writes %s without parsing it completely', async (_, change) => {
    const read = inOrder({ ...aRead(), ...change })
    const [number] = await registrations.register([registrationOf(read)])
    const glance = createLineGlance()
    expect(glance.write(stored(read), newLines(), NOW)).toBe('new registration')
    glance.learn(number!)
    const lines = newLines()
    expect(glance.write(stored(read), lines, NOW)).toBe('written')
    expect(writtenLines(lines).toString()).toBe(lineOf(read, number!))
  })

  it.each<[string, Partial<Read>]>([
    ['moved', { position: { ...aRead().position!, lat: 32.7 } }],
    ['changed hands', { camera: { ...gate, owner: 'Harbor Parking LLC' } }],
    ['another source', { source: 'other' }],
    ['another engine', { engine: { name: 'ppocr', version: '5' } }],
    ['roams', { position: null }],
  ])('distinguishes a camera that has or is %s from its earlier registration', async (_, change) => {
    const before = aRead()
    const after = aRead(change)
    const numbers = await registrations.register([registrationOf(before), registrationOf(after)])
    const batch = readBatch(registrations)
    for (const read of [before, before, after, after, before, before]) batch.take(stored(read), NOW)
    const [a, b] = [lineOf(before, numbers[0]!), lineOf(after, numbers[1]!)]
    expect((await batch.lines()).toString()).toBe([a, a, b, b, a, a].join(''))
  })

  it('knows a plate reader again that is not as sure as before', async () => {
    const sure = (value: number) =>
      aRead({ engine: { name: 'axis', version: '1', ownConfidence: { value, best: 100 } } })
    const [number, again] = await registrations.register([sure(87), sure(12)].map(registrationOf))
    expect(again).toBe(number)
    const glance = createLineGlance()
    expect(glance.write(stored(sure(87)), newLines(), NOW)).toBe('new registration')
    glance.learn(number!)
    const lines = newLines()
    expect(glance.write(stored(sure(12)), lines, NOW)).toBe('written')
    expect(writtenLines(lines).toString()).toBe(lineOf(sure(12), number!))
  })

  it('registers registrations that it sees for the first time, and grows', async () => {
    const batch = readBatch(registrations)
    const reads = Array.from({ length: 2000 }, (_, n) => aRead({ camera: { ...gate, id: `gate-${n % 7}` } }))
    for (const read of reads) batch.take(stored(read), NOW)
    const lines = (await batch.lines()).toString()
    expect(lines).toBe(
      reads.map((read) => lineOf(read, registrations.numberOf(registrationOf(read))!)).join(''),
    )
  })
})
