import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { outcomeParser } from '@sightline/api/plugins/app/idempotency'
import { createSeal } from '@sightline/api/shared/seal'
import { root } from '@sightline/runtime/root'
import { accessFileParser } from '@sightline/schemas/access-request'
import { alertParser } from '@sightline/schemas/alert'
import { alertWorkParser } from '@sightline/schemas/alert-work'
import { recordOf } from '@sightline/schemas/audit-record'
import { cameraHealthParser } from '@sightline/schemas/camera-health'
import { caseParser } from '@sightline/schemas/case'
import { displayParser } from '@sightline/schemas/display'
import { edgeAgentParser } from '@sightline/schemas/edge-agent'
import { personParser } from '@sightline/schemas/person'
import { readParser } from '@sightline/schemas/read'
import { sessionParser } from '@sightline/schemas/session'
import { sightingCountParser } from '@sightline/schemas/sighting-count'
import { isReadStream, positionIn } from '@sightline/schemas/streams'
import { expect, it } from 'vitest'
import { quiet } from '../support/broker.ts'
import { OLDER } from './older-version.ts'
import type { OlderStore, StoredMessage } from './stored.ts'

// Written by the older version itself (upgrade.test.ts, SIGHTLINE_TEST_RECORD); never by hand.
const store = JSON.parse(
  readFileSync(join(root, 'test/upgrade/stored-2026-11-30.json'), 'utf8'),
) as OlderStore
const seal = createSeal(Buffer.from(store.seal, 'hex'), quiet)

const of = (stream: string) => (isReadStream(stream) ? 'READS' : stream)
const bytes = ({ text }: StoredMessage) => Buffer.from(text)
const sealed = ({ stream, subject, text }: StoredMessage) => {
  const bucket = stream.replace('KV_', '')
  return seal.open(bucket, subject.slice(`$KV.${bucket}.`.length), Buffer.from(text))
}

/** How the present version reads each stream. */
const readers: Record<string, (message: StoredMessage) => unknown> = {
  READS: (one) => readParser.parseJson(bytes(one)),
  ALERTS: (one) => alertParser.parseJson(bytes(one)),
  HEALTH: (one) => cameraHealthParser.parseJson(bytes(one)),
  AUDIT: (one) => recordOf(bytes(one)),
  SIGHTINGS: (one) => sightingCountParser.parseJson(bytes(one)),
  KV_EDGE_AGENTS: (one) => edgeAgentParser.parseJson(bytes(one)),
  KV_DISPLAYS: (one) => displayParser.parseJson(bytes(one)),
  KV_CASES: (one) => caseParser.parseJson(bytes(one)),
  KV_ALERT_WORK: (one) => alertWorkParser.parseJson(bytes(one)),
  KV_POSITIONS: ({ text }) => positionIn(text),
  KV_PEOPLE: (one) => personParser.parseJson(sealed(one)),
  KV_ACCESS: (one) => accessFileParser.parseJson(sealed(one)),
  KV_SESSIONS: (one) => sessionParser.parseJson(sealed(one)),
  KV_WRITES_DONE: (one) => outcomeParser.parseJson(bytes(one)),
}

it.each(Object.keys(readers))('what the older version stored in %s is read', (stream) => {
  const messages = store.messages.filter((one) => of(one.stream) === stream)
  expect(messages.length).toBeGreaterThan(0)
  for (const one of messages) expect(readers[stream]!(one) ?? null).not.toBeNull()
})

it('is of that version, and nothing in it is left unread', () => {
  expect(store.version).toBe(OLDER)
  expect([...new Set(store.messages.map(({ stream }) => of(stream)))].sort()).toEqual(
    Object.keys(readers).sort(),
  )
})

it('keeps its meaning under the new names', () => {
  const all = (stream: string) => store.messages.filter((one) => of(one.stream) === stream)
  const displays = all('KV_DISPLAYS').map((one) => displayParser.parseJson(bytes(one)))
  expect(displays.find(({ only }) => only)?.only).toMatchObject({
    colors: ['silver'],
    area: { radiusM: 100_000 },
  })
  const vehicle = { make: 'Honda', model: 'Civic', color: 'silver' }
  const reads = all('READS').map((one) => readParser.parseJson(bytes(one)))
  const alerts = all('ALERTS').map((one) => alertParser.parseJson(bytes(one)))
  expect(reads).toContainEqual(expect.objectContaining({ vehicle }))
  expect(alerts.map(({ read }) => read)).toContainEqual(expect.objectContaining({ vehicle }))
})
