import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { instant } from '@sightline/runtime/clock'
import type { FederatedSearchAnswer } from '@sightline/schemas/federated-search'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { auditOf, type Colleague, colleague, DAY, matter, opened, reason } from '../cases/support.ts'
import {
  always,
  drawn,
  type FakeVendor,
  fakeVendor,
  honest,
  JPEG,
  PLATE,
  readAt,
} from '../federation/fake-vendor.ts'
import { bodyOf, type Rig, refusal, startRig } from '../harness.ts'

const HOUR = 3_600_000
const clock = { now: Date.UTC(2026, 10, 24, 9) }
const read = readAt(clock.now - HOUR)
const unseen = readAt(clock.now - 2 * HOUR)
const pictureOf = { camera: read.camera.id, seenAt: read.seenAt, plate: PLATE }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let one: FakeVendor
let two: FakeVendor
let rig: Rig
let anna: Colleague
let bert: Colleague
let carl: Colleague
let caseId: string
let query: string

beforeAll(async () => {
  folder = await temporaryFolder()
  one = await fakeVendor('one', folder.path)
  two = await fakeVendor('two', folder.path)
  const vendorsFile = join(folder.path, 'vendors.json')
  await writeFile(vendorsFile, JSON.stringify({ vendors: [one.config, two.config] }))
  rig = await startRig({ clock: () => clock.now, vendorsFile, cacheHours: 4, log: quiet })
  anna = await colleague(rig, clock, 'anna')
  bert = await colleague(rig, clock, 'bert')
  carl = await colleague(rig, clock, 'carl', { sources: ['two'] })
  const members = ['bert', 'carl']
  const subjects = [{ about: { plate: PLATE }, reason }]
  caseId = (await opened(anna, { kind: 'project', members, subjects: subjects as never })).id
})
afterAll(async () => {
  await rig.close()
  await Promise.all([one.close(), two.close()])
  await folder.remove()
})
beforeEach(async () => {
  clock.now += 5 * HOUR
  for (const vendor of [one, two]) {
    vendor.behave(honest([read]))
    vendor.show(drawn)
    vendor.pictures.length = 0
  }
  const asked = { ...matter, plate: PLATE, from: instant(clock.now - 30 * DAY) }
  const answer = await bodyOf<FederatedSearchAnswer & { query: string }>(anna.send('/v1/search', asked))
  expect(answer.reads).toHaveLength(1)
  query = answer.query
})

const ofQuery = (by: Colleague, { id = read.id, of = query } = {}) =>
  by.call(`/v1/queries/${of}/reads/${id}/picture`)
const ofSaved = (by: Colleague, id = read.id) => by.call(`/v1/cases/${caseId}/saved/${id}/picture`)
const lastRecord = async () => (await auditOf(rig)).at(-1)

describe('the image of a vendor’s read', () => {
  it('is shown to the person who searched, marked as simulated, on record (CAP-4, AUD-1)', async () => {
    const answer = await ofQuery(anna)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-sightline-simulated': 'true',
    })
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(JPEG)
    expect(one.pictures).toEqual([pictureOf])
    expect(await lastRecord()).toMatchObject({
      ...{ actor: 'anna', action: 'picture.view', subject: read.id },
      parameters: { query, read: read.id, vendors: ['one'] },
    })
  })

  it('is recorded before the vendor is asked: without a record nobody is asked (AUD-1)', async () => {
    const mend = await rig.breakAudit()
    expect(await refusal(ofQuery(anna))).toEqual([503, 'AUDIT_UNAVAILABLE'])
    await mend()
    expect(one.pictures).toEqual([])
  })

  it.each<[string, () => Promise<Response>]>([
    ['another’s query (QRY-8)', () => ofQuery(bert)],
    ['a read that the query did not find (QRY-6)', () => ofQuery(anna, { id: unseen.id })],
    ['a query that there was not', () => ofQuery(anna, { of: '00000000-0000-4000-8000-000000000000' })],
    ['a read that was not saved', () => ofSaved(anna)],
  ])('of %s is refused, on record, and nobody is asked', async (_, ask) => {
    expect(await refusal(ask())).toEqual([404, 'NOT_FOUND'])
    expect(await lastRecord()).toMatchObject({
      action: 'request.refuse',
      parameters: { refused: 'picture.view' },
    })
    expect([one.pictures, two.pictures]).toEqual([[], []])
  })

  it('expires with the cache (QRY-7)', async () => {
    clock.now += 4 * HOUR + 1
    expect(await refusal(ofQuery(anna))).toEqual([404, 'NOT_FOUND'])
    expect(one.pictures).toEqual([])
  })

  it('of a review is available for its subject, not for other vehicles there (QRY-6)', async () => {
    const other = readAt(clock.now - HOUR, { plate: 'OTHER1' })
    const mine = readAt(clock.now - HOUR + 1)
    one.behave(always([mine, other]))
    const { query } = await bodyOf<{ query: string }>(
      anna.send('/v1/review/address-link', { ...matter, plate: PLATE, address: '1 Main Street' }),
    )
    expect((await ofQuery(anna, { of: query, id: mine.id })).status).toBe(200)
    expect(await refusal(ofQuery(anna, { of: query, id: other.id }))).toEqual([404, 'NOT_FOUND'])
    expect(one.pictures).toHaveLength(1)
  })

  it('says when the vendor did not answer', async () => {
    one.show((response) => response.destroy())
    expect(await refusal(ofQuery(anna))).toEqual([503, 'SOURCE_UNAVAILABLE'])
  })

  it('of a saved read is for members of the case who were granted its vendor (ACC-6, ACC-8)', async () => {
    const saved = await anna.send(`/v1/cases/${caseId}/saved`, { query, read: read.id, reason })
    expect(saved.status).toBe(201)
    clock.now += 5 * HOUR
    expect((await ofSaved(bert)).headers.get('x-sightline-simulated')).toBe('true')
    expect(await lastRecord()).toMatchObject({
      ...{ actor: 'bert', action: 'picture.view', subject: read.id },
      parameters: { case: caseId, vendors: ['one'] },
    })
    expect(one.pictures).toEqual([pictureOf])
    expect(await refusal(ofSaved(carl))).toEqual([404, 'NOT_FOUND'])
    const dora = await colleague(rig, clock, 'dora')
    expect(await refusal(ofSaved(dora))).toEqual([404, 'NOT_FOUND'])
    expect(one.pictures).toHaveLength(1)
  })

  it('of a saved read that is now older than five years is not requested (QRY-4)', async () => {
    const old = readAt(clock.now - 5 * 365 * DAY)
    one.behave(always([old]))
    const asked = { ...matter, plate: PLATE, from: instant(clock.now - 5 * 365 * DAY) }
    const found = await bodyOf<{ query: string }>(anna.send('/v1/search', asked))
    await anna.send(`/v1/cases/${caseId}/saved`, { query: found.query, read: old.id, reason })
    expect((await ofSaved(anna, old.id)).status).toBe(200)
    clock.now += 2 * DAY
    expect(await refusal(ofSaved(anna, old.id))).toEqual([422, 'RULE_BROKEN'])
    expect(await lastRecord()).toMatchObject({ action: 'request.refuse', parameters: { read: old.id } })
    expect(one.pictures).toHaveLength(1)
  })
})
