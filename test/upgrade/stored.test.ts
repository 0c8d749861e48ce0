import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pointerParser, splitHead, unpackContent } from '@sightline/api/history/cache-format'
import { placeParser } from '@sightline/api/history/places'
import { outcomeParser } from '@sightline/api/plugins/app/idempotency'
import { createSeal } from '@sightline/api/shared/seal'
import { leaseParser } from '@sightline/matcher/leases'
import { root } from '@sightline/runtime/root'
import { accessFileParser } from '@sightline/schemas/access-request'
import { alertParser } from '@sightline/schemas/alert'
import { alertWorkParser } from '@sightline/schemas/alert-work'
import { auditCheckpointParser } from '@sightline/schemas/audit-checkpoint'
import { recordOf } from '@sightline/schemas/audit-record'
import { auditReviewParser } from '@sightline/schemas/audit-review'
import { cameraHealthParser } from '@sightline/schemas/camera-health'
import { caseParser } from '@sightline/schemas/case'
import { deliveryParser } from '@sightline/schemas/delivery'
import { displayParser } from '@sightline/schemas/display'
import { disseminationParser } from '@sightline/schemas/dissemination'
import { edgeAgentParser } from '@sightline/schemas/edge-agent'
import { lookoutParser } from '@sightline/schemas/lookout'
import { mailParser } from '@sightline/schemas/mail'
import { misuseSettingsParser } from '@sightline/schemas/misuse'
import { personParser } from '@sightline/schemas/person'
import { pictureViewParser } from '@sightline/schemas/picture-view'
import { productParser } from '@sightline/schemas/product'
import { readParser } from '@sightline/schemas/read'
import { savedReadParser } from '@sightline/schemas/saved-read'
import { sessionParser, signOnTriesParser } from '@sightline/schemas/session'
import { sightingCountParser } from '@sightline/schemas/sighting-count'
import { streamDeclarations } from '@sightline/schemas/stream-declarations'
import { EMBEDDED_SIZE, positionIn } from '@sightline/schemas/streams'
import { REJECT_HEADERS } from '@sightline/schemas/subjects'
import { expect, it } from 'vitest'
import { quiet } from '../support/broker.ts'
import { OLDER } from './older-version.ts'
import { type OlderStore, type OlderStores, type StoredMessage, streamOf } from './stored.ts'

// Written by the older version itself (SIGHTLINE_TEST_RECORD: upgrade.test.ts as it runs, record.test.ts in its own tests); never by hand.
const fileOf = (name: string) => JSON.parse(readFileSync(join(root, 'test/upgrade', name), 'utf8'))
const running = fileOf('stored-2026-11-30.json') as OlderStore
const tested = fileOf('stored-by-tests-2026-11-30.json') as OlderStores
const all = [running, ...tested.stores].flatMap(({ seal, messages }) =>
  messages.map((one) => ({ ...one, seal: createSeal(Buffer.from(seal, 'hex'), quiet) })),
)
type One = (typeof all)[number]

const bytes = ({ text, base64 }: StoredMessage) =>
  base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64')
const bucketOf = ({ stream }: StoredMessage) => stream.replace('KV_', '')
const keyOf = (one: StoredMessage) => one.subject.slice(`$KV.${bucketOf(one)}.`.length)
const sealed = (one: One) => one.seal.open(bucketOf(one), keyOf(one), bytes(one))

/** How the present version reads each stream. */
const readers: Record<string, (message: One) => unknown> = {
  READS: (one) => readParser.parseJson(bytes(one)),
  ALERTS: (one) => alertParser.parseJson(bytes(one)),
  HEALTH: (one) => cameraHealthParser.parseJson(bytes(one)),
  AUDIT: (one) => recordOf(bytes(one)),
  AUDIT_CHECKPOINTS: (one) => auditCheckpointParser.parseJson(bytes(one)),
  SIGHTINGS: (one) => sightingCountParser.parseJson(bytes(one)),
  // People read these: where each came from, and why it was refused.
  REJECTS: ({ headers = [] }) =>
    Object.values(REJECT_HEADERS).every((name) => headers.includes(name)) || null,
  KV_EDGE_AGENTS: (one) => edgeAgentParser.parseJson(bytes(one)),
  KV_DISPLAYS: (one) => displayParser.parseJson(bytes(one)),
  KV_CASES: (one) => caseParser.parseJson(bytes(one)),
  KV_SAVED: (one) => savedReadParser.parseJson(bytes(one)),
  KV_PRODUCTS: (one) => productParser.parseJson(bytes(one)),
  KV_LOOKOUTS: (one) => lookoutParser.parseJson(bytes(one)),
  KV_DISSEMINATIONS: (one) => disseminationParser.parseJson(bytes(one)),
  KV_ALERT_WORK: (one) => alertWorkParser.parseJson(bytes(one)),
  KV_DELIVERIES: (one) => deliveryParser.parseJson(bytes(one)),
  KV_MAIL: (one) => mailParser.parseJson(bytes(one)),
  KV_AUDIT_REVIEWS: (one) => auditReviewParser.parseJson(bytes(one)),
  KV_MISUSE_SETTINGS: (one) => misuseSettingsParser.parseJson(bytes(one)),
  KV_POSITIONS: ({ text }) => positionIn(text),
  KV_LEASES: (one) => leaseParser.parseJson(bytes(one)),
  KV_PEOPLE: (one) => personParser.parseJson(sealed(one)),
  KV_ACCESS: (one) => accessFileParser.parseJson(sealed(one)),
  KV_SESSIONS: (one) => sessionParser.parseJson(sealed(one)),
  KV_TRIES: (one) => signOnTriesParser.parseJson(sealed(one)),
  KV_PICTURE_VIEWS: (one) => pictureViewParser.parseJson(sealed(one)),
  KV_QUERY_CACHE: (one) => cached(one),
  KV_WRITES_DONE: (one) => outcomeParser.parseJson(bytes(one)),
}

/** Streams whose messages have no form of ours, or of which that version had none; with the reason. */
const WITHOUT: Record<string, string> = {
  PICTURES: 'images of cameras, JPEG',
  CANARY: 'since canary reads, later than 2026-11-30',
  TEST_ALERTS: 'since test traffic is apart, later than 2026-11-30',
}

/** An entry of the query cache: a question, a place in an answer, or an answer after its head. */
function cached(one: One): unknown {
  const [kind] = keyOf(one).split('.')
  if (kind === 'asked') return pointerParser.parseJson(bytes(one))
  if (kind === 'place') return placeParser.parseJson(bytes(one))
  const { head, rest } = splitHead(bytes(one))!
  return rest.length === 0 ? head : unpackContent(rest)
}

it.each(Object.keys(readers))('what the older version stored in %s is read', async (stream) => {
  const messages = all.filter((one) => streamOf(one.stream) === stream)
  expect(messages.length).toBeGreaterThan(0)
  for (const one of messages) expect((await readers[stream]!(one)) ?? null).not.toBeNull()
})

it('is of that version, and each stream that the broker declares now is read or named with the reason', () => {
  expect([running.version, tested.version]).toEqual([OLDER, OLDER])
  const declared = streamDeclarations(EMBEDDED_SIZE).map(({ name }) => streamOf(name))
  const known = [...Object.keys(readers), ...Object.keys(WITHOUT)]
  expect([...new Set(declared)].sort()).toEqual(known.sort())
  // Everything that it declared, and nothing else, was read above.
  const older = Object.keys(readers).filter((stream) => tested.declared.includes(stream))
  expect(older.sort()).toEqual(tested.declared.filter((stream) => !(stream in WITHOUT)))
  expect([...new Set(all.map(({ stream }) => streamOf(stream)))].sort()).toEqual(older)
  expect(tested.declared.filter((stream) => stream in WITHOUT)).toEqual(['PICTURES'])
})

it('keeps its meaning under the new names', () => {
  const of = (stream: string) => all.filter((one) => streamOf(one.stream) === stream)
  const displays = of('KV_DISPLAYS').map((one) => displayParser.parseJson(bytes(one)))
  expect(displays.find(({ only }) => only)?.only).toMatchObject({
    colors: ['silver'],
    area: { radiusM: 100_000 },
  })
  const vehicle = { make: 'Honda', model: 'Civic', color: 'silver' }
  const reads = of('READS').map((one) => readParser.parseJson(bytes(one)))
  const alerts = of('ALERTS').map((one) => alertParser.parseJson(bytes(one)))
  expect(reads).toContainEqual(expect.objectContaining({ vehicle }))
  expect(alerts.map(({ read }) => read)).toContainEqual(expect.objectContaining({ vehicle }))
  const passedOn = of('KV_DISSEMINATIONS')
  expect(passedOn.filter(({ text }) => text.includes('"organisation"')).length).toBeGreaterThan(0)
  for (const one of passedOn)
    expect(disseminationParser.parseJson(bytes(one)).recipient.organization).toEqual(expect.any(String))
})
