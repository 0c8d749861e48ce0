import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StreamConfig } from '@nats-io/jetstream'
import { differences, isOlder } from '@sightline/broker/declare'
import { root } from '@sightline/runtime/root'
import { accessFileParser } from '@sightline/schemas/access-request'
import { alertParser } from '@sightline/schemas/alert'
import { alertWorkParser } from '@sightline/schemas/alert-work'
import { auditRecordParser } from '@sightline/schemas/audit-record'
import { auditReviewParser } from '@sightline/schemas/audit-review'
import { cameraHealthParser } from '@sightline/schemas/camera-health'
import { caseParser } from '@sightline/schemas/case'
import { deliveryParser } from '@sightline/schemas/delivery'
import { displayParser } from '@sightline/schemas/display'
import { disseminationParser } from '@sightline/schemas/dissemination'
import { edgeAgentParser } from '@sightline/schemas/edge-agent'
import { lookoutParser } from '@sightline/schemas/lookout'
import { mailParser } from '@sightline/schemas/mail'
import type { Parser } from '@sightline/schemas/message'
import { misuseSettingsParser } from '@sightline/schemas/misuse'
import { personParser } from '@sightline/schemas/person'
import { pictureViewParser } from '@sightline/schemas/picture-view'
import { productParser } from '@sightline/schemas/product'
import { readParser } from '@sightline/schemas/read'
import { savedReadParser } from '@sightline/schemas/saved-read'
import { sessionParser, signOnTriesParser } from '@sightline/schemas/session'
import { sightingCountParser } from '@sightline/schemas/sighting-count'
import { streamDeclarations } from '@sightline/schemas/stream-declarations'
import { EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { VEHICLE_KINDS as WORDS } from '@sightline/schemas/vehicle-words'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, it } from 'vitest'
import { OLDER } from './older-version.ts'
import { type Schema, valuesOf } from './values-of.ts'

/** The older version's own docs/api, as record.test.ts copies it. */
const older = JSON.parse(readFileSync(join(root, 'test/upgrade/schemas-2026-11-30.json'), 'utf8')) as {
  version: string
  schemas: Record<string, Schema>
  /** As it declares them at `EMBEDDED_SIZE`. */
  streams: (Partial<StreamConfig> & { name: string })[]
}

const parsers: Record<string, Parser<TSchema>> = {
  'access-file': accessFileParser,
  alert: alertParser,
  'alert-work': alertWorkParser,
  'audit-record': auditRecordParser,
  'audit-review': auditReviewParser,
  'camera-health': cameraHealthParser,
  case: caseParser,
  delivery: deliveryParser,
  display: displayParser,
  dissemination: disseminationParser,
  'edge-agent': edgeAgentParser,
  lookout: lookoutParser,
  mail: mailParser,
  'misuse-settings': misuseSettingsParser,
  person: personParser,
  'picture-view': pictureViewParser,
  product: productParser,
  read: readParser,
  'saved-read': savedReadParser,
  session: sessionParser,
  sightings: sightingCountParser,
  'sign-on-tries': signOnTriesParser,
}

it('has the form of each stored record that the older version documents', () => {
  expect(older.version).toBe(OLDER)
  expect(Object.keys(older.schemas).sort()).toEqual(Object.keys(parsers).sort())
})

it.each(Object.keys(parsers))(
  'the present version reads every %s that the older one may have stored',
  (name) => {
    const accepts = Compile(older.schemas[name] as TSchema)
    const values = valuesOf(older.schemas[name]!)
    for (const value of values) {
      expect([...accepts.Errors(value)]).toEqual([])
      parsers[name]!.parse(value)
    }
  },
)

it('broker declare brings each stream of the older version up to date, and takes nothing from it', () => {
  const declared = new Map(streamDeclarations(EMBEDDED_SIZE).map((one) => [one.name, one]))
  for (const stream of older.streams) {
    const found = { max_consumers: -1, ...stream }
    const now = declared.get(stream.name)!
    const left = isOlder(found, now) ? [] : differences(stream.name, now, found)
    expect(left).toEqual([])
  }
})

/** The order in which docs/operations.md upgrades. */
const ORDER = ['the broker', 'the matchers', 'the apis', 'the edge agents', 'backups'] as const
type Part = (typeof ORDER)[number]

interface Newer {
  /** What the present version may write and the older one does not know: a property, or a word in its place. */
  readonly says: readonly string[]
  readonly writers: readonly Part[]
  readonly readers: readonly Part[]
  /** What holds while a reader is still the older version beside a newer writer; docs/operations.md has these words. */
  readonly meanwhile?: string
}

const vehicle = (place: string) => [`${place}/vehicle/certainty/color`, `${place}/vehicle/color`]
const FACTS = ['make', 'model', 'color', 'kind']
/** What a read says of a display's state and vehicle, since these are evidence. */
const EVIDENCE = [
  ...FACTS.map((fact) => `/match/differs = ${fact}`),
  ...['', '/certainty', '/fact', '/factor', '/read', '/result'].map((part) => `/match/evidence${part}`),
  ...['region', ...FACTS].map((fact) => `/match/evidence/fact = ${fact}`),
  ...['agrees', 'differs', 'unseen'].map((result) => `/match/evidence/result = ${result}`),
  '/match/ofText',
]
/** Of load tests; each has its reads and alerts apart from the others. */
const TEST = ['/test', '/test = true']
const AMONG_APIS = 'An api of the earlier version leaves out what it does not know until it is replaced'
const apis = (...says: string[]): Newer => ({
  says,
  writers: ['the apis'],
  readers: ['the apis'],
  meanwhile: AMONG_APIS,
})

/** Each form that the older version would refuse. Whoever changes a stored record says here who must be upgraded first. */
const NEWER: Record<string, Newer> = {
  read: { says: vehicle(''), writers: ['the edge agents'], readers: ['the matchers'] },
  alert: {
    says: [
      ...['/match/unchecked = color', '/match/unchecked = kind'],
      ...[...EVIDENCE, ...vehicle('/read'), ...TEST],
    ],
    writers: ['the matchers'],
    readers: ['the apis'],
    meanwhile:
      'An api of the earlier version does not show alerts of vehicles with a color, nor those of displays with a state or a vehicle; the new one shows them all',
  },
  display: {
    says: ['/only/colors', '/only/kinds', ...WORDS.map((word) => `/only/kinds = ${word}`), ...TEST],
    writers: ['the apis'],
    readers: ['the matchers', 'the apis'],
    meanwhile: AMONG_APIS,
  },
  case: apis(
    ...['/placeSearches', '/subjects/about'].flatMap((place) => [
      `${place}/vehicle/color`,
      `${place}/vehicle/kind`,
      ...WORDS.map((word) => `${place}/vehicle/kind = ${word}`),
    ]),
  ),
  dissemination: apis('/recipient/organization'),
  'saved-read': apis(...vehicle('/read')),
  'audit-record': {
    says: ['/action = system.backup', '/action = system.restore'],
    writers: ['backups'],
    readers: ['the apis'],
  },
  'audit-review': {
    says: ['/items/record/action = system.backup', '/items/record/action = system.restore'],
    writers: ['the apis'],
    readers: ['the apis'],
    meanwhile: AMONG_APIS,
  },
}

it.each(Object.keys(parsers))(
  'what the present version newly says in a %s is named, with who reads it',
  (name) => {
    const { schema } = parsers[name]!
    const known = formsOf(older.schemas[name]!)
    const newer = [...formsOf(schema as Schema)].filter((form) => !known.has(form))
    expect(newer.sort()).toEqual([...(NEWER[name]?.says ?? [])].sort())
    // Nor may it write what is longer, later or of another pattern.
    const accepts = Compile(older.schemas[name] as TSchema)
    const others = valuesOf(schema as Schema).flatMap((value) =>
      [...accepts.Errors(value)].filter(({ keyword }) => !NAMED.includes(keyword)),
    )
    expect(others).toEqual([])
  },
)

it('is upgraded readers first, and the documents say so, and what holds meanwhile', () => {
  const text = readFileSync(join(root, 'docs/operations.md'), 'utf8').replaceAll(/\s+/g, ' ')
  const order = /in this order: ([^.]+)\./.exec(text)?.[1]
  expect(order?.split(', then ')).toEqual([...ORDER])
  const place = (part: Part) => ORDER.indexOf(part)
  for (const [name, { writers, readers, meanwhile }] of Object.entries(NEWER)) {
    const isLate = readers.some((reader) => writers.some((writer) => place(reader) >= place(writer)))
    expect([name, isLate]).toEqual([name, meanwhile !== undefined])
    if (meanwhile) expect(text).toContain(meanwhile)
  }
})

/** Kinds of faults that `formsOf` names already. */
const NAMED = ['anyOf', 'allOf', 'additionalProperties', 'boolean', 'required', 'enum', 'type', 'const']

/** Every property of a schema by its place, and every word that may stand in a place. */
function formsOf(schema: Schema, place = ''): Set<string> {
  const found = new Set<string>()
  const add = (part: Schema | undefined, at: string) => {
    for (const form of part ? formsOf(part, at) : []) found.add(form)
  }
  for (const word of schema.enum ?? ('const' in schema ? [schema.const] : [])) found.add(`${place} = ${word}`)
  for (const part of [...(schema.anyOf ?? []), ...(schema.allOf ?? [])]) add(part, place)
  add(schema.items, place)
  for (const [name, part] of Object.entries({ ...schema.properties, ...schema.patternProperties })) {
    found.add(`${place}/${name}`)
    add(part, `${place}/${name}`)
  }
  return found
}
