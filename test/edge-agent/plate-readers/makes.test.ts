import { MAKES, type Make } from '@sightline/edge-agent/plate-readers/makes/makes'
import { partsOf } from '@sightline/edge-agent/plate-readers/multipart'
import { readOfReading } from '@sightline/edge-agent/plate-readers/read-of'
import type { Reading } from '@sightline/edge-agent/plate-readers/reading'
import { instantOf } from '@sightline/edge-agent/plate-readers/when'
import { SightlineError } from '@sightline/schemas/errors'
import { readParser } from '@sightline/schemas/read'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gate } from '../../support/reads.ts'
import * as examples from './examples.ts'

const { JPEG, SMALL_JPEG, SEEN_AT } = examples

const readings = (make: Make, { contentType, body }: examples.Example): Reading[] =>
  MAKES[make](partsOf(contentType, body))
const xml = (text: string): examples.Example => ({ contentType: 'application/xml', body: Buffer.from(text) })
const plain = (text: string): examples.Example => ({ contentType: 'text/plain', body: Buffer.from(text) })
const json = (value: unknown): examples.Example => ({
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify(value)),
})

/** The read that the agent makes from a reading that arrives at that moment. */
const readOf = (make: Make, reading: Reading) =>
  readOfReading(reading, {
    camera: gate,
    position: null,
    seenAt: instantOf(reading.seenAt, 'UTC', SEEN_AT),
    make,
    has: { plate: reading.pictures.plate !== undefined, vehicle: true },
  })

const REPORTED: [Make, string, examples.Example, object][] = [
  [
    'hikvision',
    'a push with pictures',
    examples.hikvision(),
    {
      confidence: 0.97,
      seenAt: '2026-11-24T03:05:01.000Z',
      vehicle: { make: null, model: null, color: 'gray' },
      pass: { direction: 'approaching' },
      engine: { name: 'hikvision', ownConfidence: { value: 97, best: 100 } },
    },
  ],
  ['hikvision', 'XML alone', xml(examples.hikvisionXml()), { confidence: 0.97 }],
  [
    'dahua',
    'lines and pictures',
    examples.dahua(),
    {
      confidence: 0.8,
      seenAt: '2026-11-24T03:05:01.123Z',
      region: 'us',
      vehicle: { make: 'Toyota', model: null, color: 'silver' },
      pass: { direction: 'approaching' },
      engine: { name: 'dahua', ownConfidence: { value: 204, best: 255 } },
    },
  ],
  [
    'axis',
    'a push event',
    examples.axis(),
    {
      confidence: 0.8688,
      seenAt: '2026-11-24T03:05:01.123Z',
      region: 'us-ca',
      vehicle: { make: 'Skoda', model: 'Rapid', color: 'gray' },
      pass: { direction: 'approaching' },
      engine: { name: 'axis', ownConfidence: { value: 0.8688, best: 1 } },
    },
  ],
  [
    'openalpr',
    'a group',
    examples.alprGroup(),
    {
      confidence: 0.935,
      seenAt: '2026-11-24T03:05:01.123Z',
      region: 'us-ca',
      regionConfidence: 0.8,
      vehicle: { make: 'toyota', model: 'camry', color: 'silver-gray' },
      pass: { firstSeenAt: '2026-11-24T03:05:00.223Z', lastSeenAt: '2026-11-24T03:05:01.723Z', frames: 30 },
      engine: { name: 'openalpr', version: '4.1.12', ownConfidence: { value: 93.5, best: 100 } },
    },
  ],
  ['openalpr', 'results of a frame', examples.alprResults(), { confidence: 0.929, region: 'us-ca' }],
  [
    'plate-recognizer',
    'a form with the picture',
    examples.plateRecognizer(),
    {
      confidence: 0.904,
      seenAt: '2026-11-24T03:05:01.123Z',
      region: 'us-ca',
      vehicle: { make: 'Toyota', model: 'Camry', color: 'silver' },
      engine: { name: 'plate-recognizer', ownConfidence: { value: 0.904, best: 1 } },
    },
  ],
  ['plate-recognizer', 'JSON alone', examples.plateRecognizer('7abc123', null), { confidence: 0.904 }],
  [
    'plate-recognizer',
    'a plate in an object',
    examples.plateRecognizer({ type: 'Plate', props: { plate: [{ value: '7abc123', score: 0.9 }] } }),
    { plate: '7ABC123' },
  ],
]

test.each(REPORTED)(
  '%s: %s is one valid read that says whose reading it is',
  (make, _what, message, expected) => {
    const [reading, ...more] = readings(make, message)
    expect(more).toEqual([])
    const read = readParser.parse(readOf(make, reading!))
    expect(read).toMatchObject({ plate: '7ABC123', ...expected })
  },
)

test('images come along, each with its kind', () => {
  const pictures = (make: Make, message: examples.Example) =>
    Object.fromEntries(
      Object.entries(readings(make, message)[0]!.pictures).map(([kind, bytes]) => [kind, bytes.length]),
    )
  const [small, large] = [SMALL_JPEG.length, JPEG.length]
  expect(pictures('hikvision', examples.hikvision())).toEqual({ plate: small, scene: large })
  expect(pictures('dahua', examples.dahua())).toEqual({ plate: small, scene: large })
  expect(pictures('axis', examples.axis())).toEqual({ plate: small, vehicle: large })
  expect(pictures('openalpr', examples.alprGroup())).toEqual({ plate: small, vehicle: large })
  expect(pictures('plate-recognizer', examples.plateRecognizer())).toEqual({ scene: large })
})

test('confidences of characters count where each belongs to one character of the plate', () => {
  const chars = (plate: string) => {
    const [reading] = readings('hikvision', xml(examples.hikvisionXml({ plate })))
    return readOf('hikvision', reading!).chars
  }
  expect(chars('7ABC123').map(({ char, confidence }) => [char, confidence])).toEqual(
    [...'7ABC123'].map((char, n) => [char, [0.99, 0.98, 0.97, 0.96, 0.99, 0.99, 0.99][n]]),
  )
  expect(chars('7ABC12')).toEqual([])
})

test('a plate reader that reports no confidence is marked', () => {
  const [reading] = readings('axis', examples.axis({ plateConfidence: '' }))
  expect(readOf('axis', reading!)).toMatchObject({ confidence: 0.5, engine: { ownConfidence: null } })
})

const NOTHING: [Make, string, examples.Example][] = [
  ['hikvision', 'a sign of life', xml(examples.hikvisionHeartbeat)],
  ['hikvision', 'a vehicle without a plate', xml(examples.hikvisionXml({ plate: 'unknown' }))],
  ['dahua', 'a sign of life', plain('Heartbeat')],
  ['dahua', 'a vehicle without a plate', plain(examples.dahuaText({ plate: '' }))],
  ['dahua', 'an event of something else', plain(examples.dahuaText({ code: 'VideoMotion' }))],
  ['axis', 'a sign of life', json({ timestamp: '1718373876', DeviceID: 'x' })],
  ['openalpr', 'a sign of life', json({ data_type: 'heartbeat' })],
  ['openalpr', 'a preview, which the group follows', examples.alprGroup({ is_preview: true })],
  ['openalpr', 'a group without a plate', examples.alprGroup({ best_plate_number: '', best_plate: null })],
  [
    'plate-recognizer',
    'a picture without a plate',
    json({ hook: {}, data: { results: [], timestamp: '2026-11-24T03:05:01Z' } }),
  ],
]
test.each(NOTHING)('%s: %s is no read, and no error', (make, _what, message) => {
  expect(readings(make, message)).toEqual([])
})

const WRONG: [Make, string, examples.Example][] = [
  ['hikvision', 'not XML', xml('7ABC123')],
  ['hikvision', 'XML of something else', xml('<a/>')],
  ['hikvision', 'XML that breaks off', xml(examples.hikvisionXml().slice(0, 600))],
  [
    'hikvision',
    'ANPR without ANPR',
    xml('<EventNotificationAlert><eventType>ANPR</eventType></EventNotificationAlert>'),
  ],
  ['hikvision', 'no time', xml(examples.hikvisionXml({ dateTime: 'yesterday' }))],
  ['hikvision', '30 February', xml(examples.hikvisionXml({ dateTime: '2026-02-30T11:05:01+08:00' }))],
  ['hikvision', 'JSON', json({})],
  ['dahua', 'another text', plain('7ABC123')],
  ['dahua', 'an event without a code', plain('Events[0].TrafficCar.PlateNumber=7ABC123')],
  ['dahua', 'no time', plain('Events[0].Code=TrafficJunction\nEvents[0].TrafficCar.PlateNumber=7ABC123')],
  ['axis', 'a car without a text', json({ carID: '1', carState: 'new' })],
  ['axis', 'no time', examples.axis({ capture_timestamp: '0', datetime: '' })],
  ['axis', 'a plate that is none', examples.axis({ plateASCII: {} })],
  ['openalpr', 'no data_type', json({})],
  ['openalpr', 'another data_type', json({ data_type: 'alpr_dance' })],
  ['openalpr', 'no time', examples.alprGroup({ epoch_start: null, best_uuid_epoch_ms: null })],
  ['openalpr', 'results that are none', examples.alprResults({ results: {} })],
  ['plate-recognizer', 'no hook', json({ data: { results: [] } })],
  ['plate-recognizer', 'no list of results', json({ hook: {}, data: {} })],
  ['plate-recognizer', 'an array', json([])],
]
test.each(WRONG)('%s: %s is refused with a reason', (make, _what, message) => {
  expect(() => readings(make, message)).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^MESSAGE_(INVALID|NOT_JSON)$/) }),
  )
})

test('each of several events in one message is a reading', () => {
  const two = `${examples.dahuaText()}\r\n${examples.dahuaText({ plate: '8XYZ999' }).replaceAll('[0].', '[1].')}`
  expect(readings('dahua', plain(two)).map(({ plate }) => plate)).toEqual(['7ABC123', '8XYZ999'])
})

describe('whatever a plate reader sends', () => {
  /** Readings that make valid reads, or a refusal that says why: nothing else. */
  function holds(make: Make, message: examples.Example): void {
    try {
      for (const reading of readings(make, message)) readParser.parse(readOf(make, reading))
    } catch (error) {
      expect(error).toBeInstanceOf(SightlineError)
      expect((error as SightlineError).code).toMatch(/^(MESSAGE_INVALID|MESSAGE_NOT_JSON|PLATE_IMPOSSIBLE)$/)
    }
  }
  const ALL = [...REPORTED, ...NOTHING].map(([make, , message]) => [make, message] as const)
  const chosen = fc.constantFrom(...ALL)

  test('changed, missing and inserted bytes give valid reads or a reason', () => {
    const change = fc.record({ at: fc.nat(100_000), cut: fc.nat(40), put: fc.uint8Array({ maxLength: 12 }) })
    fc.assert(
      fc.property(
        chosen,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        ([make, { contentType, body }], changes) => {
          let changed = body
          for (const { at, cut, put } of changes) {
            const from = at % (changed.length + 1)
            changed = Buffer.concat([changed.subarray(0, from), put, changed.subarray(from + cut)])
          }
          holds(make, { contentType, body: changed })
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('values replaced by any others give valid reads or a reason', () => {
    const asJson = ALL.filter(([, { contentType }]) => contentType === 'application/json')
    fc.assert(
      fc.property(
        fc.constantFrom(...asJson),
        fc.nat(200),
        fc.jsonValue({ maxDepth: 3 }),
        ([make, { body }], which, value) => {
          const message = JSON.parse(body.toString())
          const places: [Record<string, unknown>, string][] = []
          const walk = (node: unknown) => {
            if (typeof node !== 'object' || node === null) return
            for (const key of Object.keys(node)) {
              places.push([node as Record<string, unknown>, key])
              walk((node as Record<string, unknown>)[key])
            }
          }
          walk(message)
          const [node, key] = places[which % places.length]!
          node[key] = value
          holds(make, json(message))
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('any text in place of a plate, a time or a number gives valid reads or a reason', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('1e309', '-1', 'NaN', '1e5', '99999999999999999999'),
    )
    fc.assert(
      fc.property(text, text, text, (plate, dateTime, confidence) => {
        const safe = (one: string) => one.replace(/[<>&]/g, '')
        holds(
          'hikvision',
          xml(
            examples.hikvisionXml({
              plate: safe(plate),
              dateTime: safe(dateTime),
              confidence: safe(confidence),
            }),
          ),
        )
        holds(
          'dahua',
          plain(
            examples
              .dahuaText({ plate })
              .replace(/UTC=.*/, `UTC=${dateTime}`)
              .replace(/Confidence=.*/, `Confidence=${confidence}`),
          ),
        )
        holds(
          'axis',
          examples.axis({ plateASCII: plate, capture_timestamp: dateTime, plateConfidence: confidence }),
        )
        holds('openalpr', examples.alprGroup({ best_plate_number: plate, best_region: confidence }))
        holds('plate-recognizer', examples.plateRecognizer(plate, null))
      }),
      { numRuns: 500 },
    )
  })

  test('the wrong make in the configuration gives a reason, or nothing invented', () => {
    for (const make of Object.keys(MAKES) as Make[]) for (const [, message] of ALL) holds(make, message)
  })
})
