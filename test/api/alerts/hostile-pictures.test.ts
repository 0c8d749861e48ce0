import { jetstream } from '@nats-io/jetstream'
import { pictureName, pictureSubject } from '@sightline/schemas/subjects'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { putDisplay } from '../../support/displays.ts'
import { aJpeg, sizedJpeg } from '../../support/jpeg.ts'
import { type Colleague, colleague, type TestClock } from '../cases/support.ts'
import { bodyOf, type Rig, refusal, startRig } from '../harness.ts'
import { raise } from './raise.ts'

/** Whoever holds the key of one camera sends what a verifier's browser would decode: it gets pictures, and nothing else. */

const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
let rig: Rig
let anna: Colleague
beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now, requestsPerMinute: 1e6, requestsPerPerson: 1e6 })
  anna = await colleague(rig, clock, 'anna', { sources: ['edge'] })
  await putDisplay(rig.admin, { id: 'd1', plate: '7ABC123', owner: 'olga' })
})
afterAll(() => rig.close())

const plain = () => sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
const page = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
const HOSTILE: [string, () => Uint8Array | Promise<Uint8Array>][] = [
  ['a page', () => Buffer.from(page)],
  [
    'a page behind the first bytes of a JPEG',
    () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from(page)]),
  ],
  ['another format', () => plain().png().toBuffer()],
  ['a rarely tried format', () => plain().avif().toBuffer()],
  ['four gigapixels in some hundred bytes', () => sizedJpeg(65_535, 65_535)],
  ['one that breaks off', () => aJpeg().subarray(0, 200)],
  ['nothing', () => new Uint8Array()],
]

let count = 0
async function raised(bytes: Uint8Array) {
  const read = `read-${String(count++).padStart(17, '0')}`
  const picture = pictureName('edge', 'cam-1', read, 'plate')
  await jetstream(rig.admin).publish(pictureSubject(picture), bytes)
  const { sequence } = await raise(rig, { display: 'd1', read, pictures: { plate: picture, vehicle: null } })
  return { picture, at: `/v1/alerts/${sequence}` }
}

describe('bytes that are no image', () => {
  it.each(HOSTILE)('%s: are shown to nobody, and cannot be judged', async (_, made) => {
    const { picture, at } = await raised(await made())
    const answer = await anna.call(`/v1/pictures/${picture}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ])
    expect((await anna.send(`${at}/claim`, {})).status).toBe(200)
    expect(await refusal(anna.send(`${at}/verification`, { plate: '7ABC123' }))).toEqual([422, 'RULE_BROKEN'])
    // It can be put aside, as an alert without a picture.
    const aside = await anna.send(`${at}/rejection`, {
      plate: null,
      reason: 'there is no picture to be seen',
    })
    expect((await bodyOf<{ state: string }>(aside)).state).toBe('misread')
  })

  it('a real image is shown', async () => {
    const bytes = aJpeg('of a plate')
    const { picture } = await raised(bytes)
    const answer = await anna.call(`/v1/pictures/${picture}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
  })
})
