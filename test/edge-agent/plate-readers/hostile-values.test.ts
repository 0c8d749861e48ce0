import { createDating } from '@sightline/edge-agent/plate-readers/clock'
import { MAKES, type Make } from '@sightline/edge-agent/plate-readers/makes/makes'
import { partsOf } from '@sightline/edge-agent/plate-readers/multipart'
import { createPasses } from '@sightline/edge-agent/plate-readers/passes'
import { readOfReading } from '@sightline/edge-agent/plate-readers/read-of'
import { SightlineError } from '@sightline/schemas/errors'
import { type Read, readParser } from '@sightline/schemas/read'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCharacter } from '../../support/any-character.ts'
import { gate } from '../../support/reads.ts'
import * as examples from './examples.ts'

/** Whatever a plate reader writes in place of a value: the message is set aside, or its reads are such as everybody takes. */

const ARRIVED = examples.SEEN_AT + 500

const HOSTILE = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '',
      ' ',
      '-1',
      '0',
      '1e999',
      'NaN',
      '99999999999999999999',
      '0x10',
      '-0',
      '100.0000001',
      '255',
      '256',
    ],
    ...[
      '<',
      '&',
      '\u0000',
      '\u202e',
      '\ud83d',
      '😀'.repeat(30),
      `${'x'.repeat(39)}😀`,
      `${'x'.repeat(19)}😀`,
      'ÿ',
      'ﬀ',
    ],
    ...['x'.repeat(10_000), '9'.repeat(400), '7ABC123', '7ABC1234567890', 'us-ca', 'US', 'zz', 'unknown'],
    ...[
      '9999-12-31T23:59:59Z',
      '0000-01-01T00:00:00Z',
      '1970-01-01T00:00:00Z',
      '2026-02-30T00:00:00Z',
      '2199-12-31T23:59:59.999-12:00',
    ],
    ...[
      null,
      true,
      [],
      {},
      0,
      -1,
      1e308,
      8.64e15,
      8.64e15 + 1,
      253402300799999,
      1.5,
      5e-324,
      1e12,
      1e15,
      1e18,
      4e9,
    ],
  ),
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.double(),
  fc.integer({ min: -(2 ** 53), max: 2 ** 53 - 1 }),
)

/** Each value in a JSON, by its path. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]]
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

function withJson(body: Buffer, at: number, value: unknown): Buffer {
  const json = JSON.parse(body.toString())
  const path = leaves(json)[at % leaves(json).length]!
  const last = path.pop()!
  const place = path.reduce((inner, key) => inner[key], json)
  place[last] = value
  return Buffer.from(JSON.stringify(json))
}

/** The value of one element or line in its place. */
function withText(body: Buffer, pattern: RegExp, at: number, value: unknown): Buffer {
  const text = body.toString('latin1')
  const found = [...text.matchAll(pattern)]
  const { 1: before = '', 2: old = '', index } = found[at % found.length]!
  const written = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('latin1')
  const rest = text.slice(index + before.length + old.length)
  return Buffer.from(text.slice(0, index) + before + written + rest, 'latin1')
}

/** Why nobody would take a read; it would be lost without a word. */
function faultOf(read: Read): string {
  try {
    readParser.parseJson(Buffer.from(JSON.stringify(read)))
    return ''
  } catch (thrown) {
    return `${(thrown as Error).message} ${JSON.stringify(read)}`
  }
}

const ELEMENT = /(<[A-Za-z]+>)([^<]*)(?=<\/)/g
const LINE = /((?:Events\[\d+\])\.[^=\r\n]+=)([^\r\n]*)/g
const SPOILT: Record<Make, (at: number, value: unknown) => examples.Example> = {
  hikvision: (at, value) => ({
    contentType: 'application/xml',
    body: withText(Buffer.from(examples.hikvisionXml()), ELEMENT, at, value),
  }),
  dahua: (at, value) => ({
    contentType: 'text/plain',
    body: withText(Buffer.from(examples.dahuaText()), LINE, at, value),
  }),
  axis: (at, value) => {
    const { contentType, body } = examples.axis()
    return { contentType, body: withJson(body, at, value) }
  },
  openalpr: (at, value) => {
    const { contentType, body } = examples.alprGroup()
    return { contentType, body: withJson(body, at, value) }
  },
  'plate-recognizer': (at, value) => ({
    contentType: 'application/json',
    body: withJson(examples.plateRecognizer('7abc123', null).body, at, value),
  }),
}

describe.each(Object.keys(MAKES) as Make[])('%s', (make) => {
  test('is set aside, or gives valid reads', () => {
    let made = 0
    fc.assert(
      fc.property(fc.nat(1000), HOSTILE, (at, value) => {
        const { contentType, body } = SPOILT[make](at, value)
        try {
          const dated = createDating('America/Los_Angeles', () => {})
          const passes = createPasses()
          const readings = MAKES[make](partsOf(contentType, body))
          for (const reading of readings) {
            const sightings = [...passes.add(dated(reading, ARRIVED), 0), ...passes.settle(0, true)]
            for (const { reading: one, seenAt } of sightings) {
              const has = { plate: true, vehicle: true }
              const read = readOfReading(one, { camera: gate, position: null, seenAt, make, has })
              expect(faultOf(read)).toBe('')
              made++
            }
            createPasses(JSON.parse(JSON.stringify(passes.save())))
          }
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(SightlineError)
          expect(['MESSAGE_INVALID', 'MESSAGE_NOT_JSON', 'PLATE_IMPOSSIBLE']).toContain(
            (thrown as SightlineError).code,
          )
        }
      }),
      { numRuns: 1_500 },
    )
    expect(made).toBeGreaterThan(100)
  })
})
