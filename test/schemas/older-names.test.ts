import { type Alert, alertId, alertParser } from '@sightline/schemas/alert'
import { displayParser } from '@sightline/schemas/display'
import { disseminationParser } from '@sightline/schemas/dissemination'
import { colorOfRead } from '@sightline/schemas/older-names'
import { readParser } from '@sightline/schemas/read'
import { recipientsParser } from '@sightline/schemas/recipient'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aDisplay } from '../support/displays.ts'
import { aRead } from '../support/reads.ts'

/** What version 0.1 stored: reads in spools and streams, alerts of a year, displays. cspell:ignore colour colours organisation */

const certain = { color: 0.8, kind: null, view: null }
const read = aRead({ vehicle: { make: 'Ford', model: null, color: 'red', certainty: certain } })
const { color, certainty: _, ...vehicle } = read.vehicle!
const oldRead = {
  ...read,
  vehicle: { ...vehicle, colour: color, certainty: { kind: null, view: null, colour: 0.8 } },
}

const { id, plate, priority, reason, caseRef, owner } = aDisplay()
const alert: Alert = {
  v: 1,
  id: alertId(id, read),
  raisedAt: read.seenAt,
  readStoredAt: read.seenAt,
  match: { kind: 'exact', probability: 0.9 },
  display: { id, plate, priority, reason, caseRef, owner },
  read,
}

it('a read has its color', () => {
  expect(readParser.parse(oldRead)).toEqual(read)
  expect(readParser.parseJson(JSON.stringify(oldRead))).toEqual(read)
})

it('an alert has the color of its read, and what was not told by its name', () => {
  const match = { ...alert.match, unchecked: ['make', 'color'] as ('make' | 'color')[] }
  const old = { ...alert, read: oldRead, match: { ...match, unchecked: ['make', 'colour'] } }
  expect(alertParser.parse(old)).toEqual({ ...alert, match })
})

it('a display keeps its colors', () => {
  const only = { makes: ['Ford'], colors: ['red'] }
  const display = aDisplay({ only })
  const old = { ...display, only: { makes: ['Ford'], colours: ['red'] } }
  expect(displayParser.parse(old)).toEqual(display)
})

it('a recipient has its organization, in the file of recipients and in what is kept', () => {
  const to = { email: 'desk@example.org' }
  const file = { recipients: [{ id: 'r1', name: 'County desk', organisation: 'County', to }] }
  expect(recipientsParser.parse(file)).toEqual({
    recipients: [{ id: 'r1', name: 'County desk', organization: 'County', to }],
  })
  const shared = {
    v: 1,
    id: 'd1',
    case: null,
    caseRef: 'CASE-17',
    recipient: { name: 'County desk', organisation: 'County' },
    authority: 'Routine use G',
    reason: null,
    passed: { alert: { id: alert.id, display: 'd1', read: read.id } },
    digest: '0'.repeat(64),
    by: 'ana',
    at: '2026-11-24T03:05:01.123Z',
  }
  expect(disseminationParser.parse(shared).recipient).toEqual({
    name: 'County desk',
    organization: 'County',
  })
})

it('anything else stays as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(colorOfRead(value)).toBe(value)
    }),
  )
  expect(() => readParser.parse({ ...read, vehicle: { ...vehicle, color, colour: color } })).toThrow(
    'not a valid read',
  )
})
