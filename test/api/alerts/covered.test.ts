import { jetstream } from '@nats-io/jetstream'
import { CLAIM_MS } from '@sightline/api/alerts/work'
import type { AlertView } from '@sightline/schemas/alert-view'
import type { AlertWork } from '@sightline/schemas/alert-work'
import { pictureName, pictureSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { putDisplay } from '../../support/displays.ts'
import { aJpeg } from '../../support/jpeg.ts'
import { type Colleague, colleague, opened, reason, type TestClock } from '../cases/support.ts'
import { bodyOf, type Rig, readEvents, refusal, type SseEvent, startRig } from '../harness.ts'
import { raise } from './raise.ts'

/**
 * A verifier who would read the plate anywhere but in the picture (DSP-7): whatever the api tells them before the verdict,
 * the plate is not in it. Those who work on the plate know it; the record says that they did.
 */

const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
/** In a word of its own nowhere else; the camera read another one, which tells it nearly as well. */
const PLATE = '7QZV318'
const READ = '7QZV3I8'
const TELLS = /7[^a-z0-9]*Q[^a-z0-9]*Z[^a-z0-9]*V[^a-z0-9]*3[^a-z0-9]*[1I][^a-z0-9]*8/i

let rig: Rig
/** Of no case; of the display's case; who keeps the display; who is over her; who reviews. */
let anna: Colleague
let carl: Colleague
let olga: Colleague
let bert: Colleague
let iris: Colleague
let at: string
let sequence: number
let picture: string
let count = 0

beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now, requestsPerMinute: 1e6, requestsPerPerson: 1e6 })
  const sources = ['edge']
  anna = await colleague(rig, clock, 'anna', { sources })
  carl = await colleague(rig, clock, 'carl', { sources })
  olga = await colleague(rig, clock, 'olga', { sources, supervisor: 'bert' })
  bert = await colleague(rig, clock, 'bert', { sources, offices: ['supervisor'] })
  iris = await colleague(rig, clock, 'iris', { sources, offices: ['oversight'] })
  const about = { about: { plate: PLATE }, reason }
  await opened(olga, { kind: 'project', caseRef: 'CASE-7', members: ['carl'], subjects: [about] as never })
  await putDisplay(rig.admin, {
    ...{ id: 'd7', plate: PLATE, owner: 'olga', caseRef: 'CASE-7' },
    reason: 'The 7qzv-318 was seen at the pier, plate 7QZV 318',
  })
})
afterAll(() => rig.close())

beforeEach(async () => {
  clock.now += 2 * CLAIM_MS
  const read = `read-${String(count++).padStart(17, '0')}`
  picture = pictureName('edge', 'cam-1', read, 'plate')
  await jetstream(rig.admin).publish(pictureSubject(picture), aJpeg())
  ;({ sequence } = await raised(read))
  at = `/v1/alerts/${sequence}`
})
const raised = (read: string) =>
  raise(rig, {
    ...{ display: 'd7', read, plate: PLATE, readAs: READ, caseRef: 'CASE-7', owner: 'olga' },
    reason: 'The 7qzv-318 was seen at the pier, plate 7QZV 318',
    pictures: { plate: picture, vehicle: null },
  })

const claim = async (by: Colleague) => {
  const answer = await by.send(`${at}/claim`, {})
  expect(answer.status).toBe(200)
  return answer.text()
}
const verify = async (by: Colleague, plate = PLATE) => {
  await by.call(`/v1/pictures/${picture}`)
  return by.send(`${at}/verification`, { plate })
}
const shown = async (by: Colleague) => bodyOf<{ alert: AlertView; work: AlertWork | null }>(by.call(at))

/** Texts of all that can be asked for without naming anything, and of what an alert names. */
async function everything(by: Colleague): Promise<Map<string, string>> {
  const document = await bodyOf<{ paths: Record<string, { get?: object }> }>(by.call('/openapi.json'))
  const lists = Object.entries(document.paths).flatMap(([path, { get }]) => (get ? [path] : []))
  const texts = new Map<string, string>()
  const named = ['/v1/displays/d7', '/v1/displays/d7/history', at, '/v1/alerts/precision?by=display']
  for (const path of [...lists.filter((one) => !/[{]|stream|openapi|console/.test(one)), ...named]) {
    const answer = await by.call(path)
    texts.set(path, `${JSON.stringify([...answer.headers])}${await answer.text()}`)
  }
  expect(texts.size).toBeGreaterThan(20)
  return texts
}
const telling = (texts: Map<string, string>) =>
  [...texts].filter(([, text]) => TELLS.test(text)).map(([path]) => path)

describe('before the verdict', () => {
  it('no route reveals to a verifier the plate, the camera’s text, or other people’s answers', async () => {
    expect(telling(await everything(anna))).toEqual([])
    await claim(bert)
    expect(await refusal(verify(bert, '7QZV319'))).toEqual([422, 'PLATE_DIFFERS'])
    expect((await bert.send(`${at}/release`, {})).status).toBe(200)
    expect(await claim(anna)).not.toMatch(/7QZV319/)
    const texts = await everything(anna)
    expect(telling(texts)).toEqual([])
    expect([...texts.values()].join()).not.toMatch(/7QZV319/)
    const { alert, work } = await shown(anna)
    expect(alert).toMatchObject({
      ...{ covered: true, display: { plate: null, id: 'd7' } },
      read: { plate: null, chars: [], region: 'us-ca', pictures: { plate: picture } },
    })
    expect(work!.tries).toMatchObject([{ by: 'bert', plate: null, agreement: 'differs' }])
    // Who wrote it still sees their own.
    expect((await shown(bert)).work!.tries[0]!.plate).toBe('7QZV319')
  })

  it('no display can be adjusted by trial until it fits an alert', async () => {
    for (const plate of [PLATE, READ, '7QZV3??', '7Q?V318']) {
      const answer = await anna.send('/v1/displays/test', { plate })
      const { matched, matches } = await bodyOf<{ matched: number; matches: { sequence: number }[] }>(answer)
      expect([plate, matched, matches.map((one) => one.sequence).filter((one) => one === sequence)]).toEqual([
        ...[plate, matched, []],
      ])
    }
    // Those who know the plate see that it does, and still not what the camera read.
    const answer = await olga.send('/v1/displays/test', { plate: '7QZV3??' })
    const { matches } = await bodyOf<{ matches: { sequence: number; plate: string | null }[] }>(answer)
    expect(matches.find((one) => one.sequence === sequence)).toMatchObject({ plate: null })
  })

  it('the stream reveals neither; after the verdict it sends what was covered', async () => {
    const after = sequence
    const events: SseEvent[] = []
    const following = readEvents(await anna.call(`/v1/alerts/stream?after=${after}`), (seen) => {
      events.splice(0, events.length, ...seen)
      return seen.some(({ event }) => event === 'judged')
    })
    ;({ sequence } = await raised(`live-${String(count).padStart(17, '0')}`))
    at = `/v1/alerts/${sequence}`
    await expect.poll(() => events.filter(({ event }) => event === 'alert').length).toBe(1)
    await claim(bert)
    await refusal(verify(bert, '7QZV319'))
    await expect.poll(() => events.filter(({ event }) => event === 'work').length).toBe(2)
    expect(events.map(({ data }) => data).join()).not.toMatch(TELLS)
    expect(events.map(({ data }) => data).join()).not.toMatch(/7QZV319/)
    expect((await verify(bert)).status).toBe(200)
    await following
    const judged = events.find(({ event }) => event === 'judged')!
    expect(JSON.parse(judged.data)).toMatchObject({
      sequence,
      alert: { display: { plate: PLATE }, read: { plate: READ } },
    })
    expect((await shown(anna)).alert).toMatchObject({ display: { plate: PLATE }, read: { plate: READ } })
  })
})

describe('somebody who tries to learn the plate', () => {
  const about = (value: object) => [{ about: value, reason }] as never
  it.each<[string, object]>([
    ['a case of the same name', {}],
    ['one that the owner of the display is named in', { kind: 'project', members: ['olga'] }],
    ['one with a place in it', { subjects: about({ place: { address: '1 Pier, San Diego' } }) }],
    [
      'one that names many plates',
      { subjects: [...about({ plate: '7QZV317' }), ...about({ plate: '7QZV319' })] },
    ],
  ])('learns nothing by opening %s', async (_, more) => {
    await opened(anna, { caseRef: 'CASE-7', ...more })
    // The list of alerts has those that were judged before, too.
    expect(telling(await everything(anna)).filter((path) => path !== '/v1/alerts')).toEqual([])
    const answer = await anna.send('/v1/displays/test', { plate: PLATE })
    const { matches } = await bodyOf<{ matches: { sequence: number }[] }>(answer)
    expect(matches.filter((one) => one.sequence === sequence)).toEqual([])
  })

  it('learns nothing from the pattern of a display through a case that could be about anything', async () => {
    await putDisplay(rig.admin, {
      ...{ id: 'd8', plate: '7QZV3?8', owner: 'olga', caseRef: 'CASE-7' },
      ...{ createdAt: new Date(clock.now).toISOString(), reason: 'a car of the ring at the pier' },
    })
    clock.now += 60_000
    const members = ['olga']
    for (const subject of [
      { plate: PLATE },
      { place: { address: '1 Pier' } },
      { vehicle: { make: 'Ford' } },
    ]) {
      await opened(anna, { kind: 'project', caseRef: 'CASE-7', members, subjects: about(subject) })
      expect((await bodyOf<{ plate: string | null }>(anna.call('/v1/displays/d8'))).plate).toBeNull()
    }
    expect(await bodyOf(olga.call('/v1/displays/d8'))).toMatchObject({ plate: '7QZV3?8' })
  })
})

describe('somebody who knows the plate from their work', () => {
  it.each<[string, () => Colleague, string]>([
    ['keeps the display', () => olga, 'owner'],
    ['works on its case', () => carl, 'case'],
    ['supervises its owner', () => bert, 'supervisor'],
  ])(
    'who %s sees it there, but not while comparing; the record says that they knew',
    async (_, who, knew) => {
      const by = who()
      expect(await (await by.call('/v1/displays/d7')).text()).toMatch(TELLS)
      // The alert is covered for them, too.
      expect(await (await by.call(at)).text()).not.toMatch(TELLS)
      expect(await claim(by)).not.toMatch(TELLS)
      for (const path of ['/v1/displays/d7', '/v1/displays', '/v1/displays/d7/history']) {
        const text = await (await by.call(path)).text()
        expect([path, TELLS.test(text)]).toEqual([path, false])
      }
      const { verdict } = await bodyOf<AlertWork>(verify(by))
      expect(verdict).toMatchObject({ by: by.id, agreement: 'exact', knew })
      expect(await (await by.call('/v1/displays/d7')).text()).toMatch(TELLS)
    },
  )
})

describe('oversight, which verifies nothing', () => {
  it('sees displays and alerts in full, because it reviews both (DSP-4, AUD-3)', async () => {
    expect(await (await iris.call(at)).text()).toMatch(TELLS)
    expect(await (await iris.call('/v1/displays/d7')).text()).toMatch(TELLS)
    expect(await refusal(iris.send(`${at}/claim`, {}))).toEqual([403, 'NOT_ALLOWED'])
  })
})
