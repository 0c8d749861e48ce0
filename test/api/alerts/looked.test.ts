import { createHash } from 'node:crypto'
import { jetstream } from '@nats-io/jetstream'
import { CLAIM_MS } from '@sightline/api/alerts/work'
import type { AlertWork } from '@sightline/schemas/alert-work'
import { pictureName, pictureSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { putDisplay } from '../../support/displays.ts'
import { aJpeg } from '../../support/jpeg.ts'
import { type Colleague, colleague, type TestClock } from '../cases/support.ts'
import { bodyOf, type Rig, refusal, startRig } from '../harness.ts'
import { raise } from './raise.ts'

/**
 * An analyst who would verify without having looked (DSP-7): a verification needs the picture, served to that person, of
 * that alert, after they claimed it.
 */

const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const JPEG = aJpeg()
const PLATE = '7ABC123'
const sources = ['edge', 'sim']

let rig: Rig
let anna: Colleague
let bert: Colleague
let at: string
let picture: string
let vehicle: string
let count = 0

beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now, requestsPerMinute: 1e6, requestsPerPerson: 1e6 })
  anna = await colleague(rig, clock, 'anna', { sources })
  bert = await colleague(rig, clock, 'bert', { sources, offices: ['supervisor'] })
  await putDisplay(rig.admin, { id: 'd1', plate: PLATE, owner: 'olga' })
})
afterAll(() => rig.close())

/** A new alert, with a picture of the plate and one of the vehicle. */
beforeEach(async () => {
  clock.now += 2 * CLAIM_MS
  const read = `read-${String(count++).padStart(17, '0')}`
  picture = pictureName('edge', 'cam-1', read, 'plate')
  vehicle = pictureName('edge', 'cam-1', read, 'vehicle')
  await store(picture)
  await store(vehicle, aJpeg('another picture'))
  const raised = await raise(rig, { display: 'd1', read, pictures: { plate: picture, vehicle } })
  at = `/v1/alerts/${raised.sequence}`
})

const store = (name: string, bytes: Buffer = JPEG) =>
  jetstream(rig.admin).publish(pictureSubject(name), bytes)
const claim = async (by: Colleague) => expect((await by.send(`${at}/claim`, {})).status).toBe(200)
const verify = (by: Colleague, plate = PLATE) => by.send(`${at}/verification`, { plate })
const look = (by: Colleague, init: RequestInit = {}, name = picture) => by.call(`/v1/pictures/${name}`, init)
const workOf = async (by: Colleague) => (await bodyOf<{ work: AlertWork }>(by.call(at))).work
const NOT_SEEN = [422, 'PICTURE_NOT_SEEN']

describe('an alert cannot be verified without a look at its image (DSP-7)', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['nothing at all', async () => {}],
    ['asking for its head alone', () => look(anna, { method: 'HEAD' })],
    ['a range of none of its bytes', () => look(anna, { headers: { range: 'bytes=0-0' } })],
    ['a range behind its end', () => look(anna, { headers: { range: 'bytes=999999-' } })],
    ['a question whether it is new', () => look(anna, { headers: { 'if-none-match': '*' } })],
    [
      'a question since when',
      () => look(anna, { headers: { 'if-modified-since': new Date().toUTCString() } }),
    ],
    ['another picture of the same read', () => look(anna, {}, vehicle)],
    ["another person's look", () => look(bert)],
    ['a picture that is not there', () => look(anna, {}, picture.replace('read-', 'reed-'))],
  ])('%s', async (_, before) => {
    await claim(anna)
    await before()
    expect(await refusal(verify(anna))).toEqual(NOT_SEEN)
    expect(await refusal(anna.send(`${at}/rejection`, { plate: null, reason: 'it is too dark' }))).toEqual(
      NOT_SEEN,
    )
    const misread = { plate: '8XYZ999', reason: 'another plate altogether' }
    expect(await refusal(anna.send(`${at}/rejection`, misread))).toEqual(NOT_SEEN)
    // Nothing of it counts as a try.
    expect(await workOf(anna)).toMatchObject({ state: 'claimed', tries: [], verdict: null })
  })

  it('a look before the claim counts, in whatever order the person claims, gives back and claims again', async () => {
    await look(anna)
    await claim(anna)
    expect(await refusal(verify(anna))).toEqual(NOT_SEEN)
    await look(anna)
    expect((await anna.send(`${at}/release`, {})).status).toBe(200)
    await claim(anna)
    expect(await refusal(verify(anna))).toEqual(NOT_SEEN)
    await look(anna)
    clock.now += CLAIM_MS
    await claim(anna)
    expect(await refusal(verify(anna))).toEqual(NOT_SEEN)
  })

  it('a look at an earlier image does not count after another was stored in its place', async () => {
    await claim(anna)
    await look(anna)
    await store(picture, aJpeg('put in its place afterward'))
    expect(await refusal(verify(anna))).toEqual(NOT_SEEN)
  })

  it('a read without an image stays a lead, or is rejected as unreadable', async () => {
    const raised = await raise(rig, { display: 'd1', read: 'none'.padEnd(22, '0'), pictures: null })
    at = `/v1/alerts/${raised.sequence}`
    await claim(anna)
    expect(await refusal(verify(anna))).toEqual([422, 'RULE_BROKEN'])
    const misread = { plate: '8XYZ999', reason: 'another plate altogether' }
    expect(await refusal(anna.send(`${at}/rejection`, misread))).toEqual([422, 'RULE_BROKEN'])
    const rejected = await anna.send(`${at}/rejection`, { plate: null, reason: 'there is no picture' })
    expect(await bodyOf<AlertWork>(rejected)).toMatchObject({
      ...{ state: 'misread', verdict: { agreement: 'unreadable', pictureSha256: null } },
    })
  })
})

describe('a person who has looked can verify', () => {
  it('and the record says at which image, and that nobody told them the plate', async () => {
    await claim(anna)
    expect((await look(anna)).status).toBe(200)
    // To take it for longer is to go on looking.
    await claim(anna)
    const { verdict } = await bodyOf<AlertWork>(verify(anna))
    expect(verdict).toMatchObject({ by: 'anna', agreement: 'exact' })
    expect(verdict!.pictureSha256).toBe(createHash('sha256').update(JPEG).digest('hex'))
    expect(verdict).not.toHaveProperty('knew')
  })

  it('after a look at the vehicle, when there is no image of the plate', async () => {
    const read = 'vehicle-alone'.padEnd(22, '0')
    const name = pictureName('edge', 'cam-1', read, 'vehicle')
    await store(name)
    const raised = await raise(rig, { display: 'd1', read, pictures: { plate: null, vehicle: name } })
    at = `/v1/alerts/${raised.sequence}`
    await claim(bert)
    await look(bert, {}, name)
    expect((await verify(bert)).status).toBe(200)
  })
})
