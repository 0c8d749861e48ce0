import { jetstream, jetstreamManager, type StoredMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import { type Read, readId } from '@sightline/schemas/read'
import { ALERTS, REJECTS, SIGHTINGS } from '@sightline/schemas/streams'
import { pictureName, readSubject, rejectSubject } from '@sightline/schemas/subjects'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { storedAlerts, storedSightings } from '../support/alerts.ts'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'
import { putDisplay } from '../support/displays.ts'
import { aRead, gate } from '../support/reads.ts'

// Whoever holds one key tries to speak for others: a read is what its subject says, for that alone was checked by the broker.

const PLATE = '7ABC123'
const DAY = 86_400_000

let broker: TestBroker
let admin: NatsConnection
/** The holders of one key each: a vendor, and an edge agent of the agency that may publish `gate-2`. */
let vendor: NatsConnection
let agent: NatsConnection
let matcher: Matcher

beforeAll(async () => {
  broker = await testBroker({ vendors: ['sim'], edges: { edge: ['gate-1'], other: ['gate-2'] } })
  admin = await broker.as('admin')
  vendor = await broker.as('sim')
  agent = await broker.as('other')
})
afterAll(() => broker.remove())
beforeEach(async () => {
  const manager = await jetstreamManager(admin)
  for (const stream of [ALERTS, SIGHTINGS, REJECTS]) await manager.streams.purge(stream)
  await putDisplay(admin, { createdAt: '2020-01-01T00:00:00.000Z' })
  matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
})
afterEach(() => matcher.close())

/** A read of now, a second later each time. */
let seconds = 0
const now = () => new Date(Date.now() - 3_600_000 + ++seconds * 1000).toISOString()
const read = (change: Partial<Read> = {}): Read => aRead({ plate: PLATE, seenAt: now(), ...change })
const at = (id: string, change: Partial<Read> = {}) => read({ camera: { ...gate, id }, ...change })
const pictures = ({ source, camera, id }: Read): Read['pictures'] => ({
  plate: pictureName(source, camera.id, id, 'plate'),
  vehicle: pictureName(source, camera.id, id, 'vehicle'),
})
const pictured = (one: Read): Read => ({ ...one, pictures: pictures(one) })

/** As a camera or vendor writes it, and with a blank, which the matcher has to parse whole. */
const spellings = (one: Read) => [JSON.stringify(one), JSON.stringify(one, null, 1)]
const publish = (key: NatsConnection, subject: string, payload: string) =>
  jetstream(key).publish(subject, payload)
const own = (one: Read, key = admin) =>
  publish(key, readSubject(one.source, one.camera.id), JSON.stringify(one))
const eventually = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 30_000, interval: 20 })
const alerts = () => storedAlerts(admin)

async function rejects(): Promise<StoredMsg[]> {
  const manager = await jetstreamManager(admin)
  const { first_seq, last_seq } = (await manager.streams.info(REJECTS)).state
  const found: StoredMsg[] = []
  for (let seq = first_seq; seq <= last_seq; seq++) {
    const message = await manager.streams.getMessage(REJECTS, { seq })
    if (message?.subject.startsWith(rejectSubject('matcher', ''))) found.push(message)
  }
  return found
}

describe('a read with a false source or camera', () => {
  const sim = (change: Partial<Read> = {}) => at('lot-7', { source: 'sim', ...change })
  const asSim = (one: Read): [NatsConnection, string, Read] => [vendor, readSubject('sim', 'lot-7'), one]
  const asAgent = (one: Read): [NatsConnection, string, Read] => [agent, readSubject('edge', 'gate-2'), one]
  const lies: [string, () => [NatsConnection, string, Read]][] = [
    ["a vendor's as the agency's own camera", () => asSim(at('gate-1'))],
    ["a vendor's as the agency's own camera, with its pictures", () => asSim(pictured(at('gate-1')))],
    ["a vendor's as another vendor's", () => asSim(sim({ source: 'other-vendor' }))],
    ["a vendor's as a longer name", () => asSim(sim({ source: 'sim2' }))],
    ["a vendor's as the beginning of its name", () => asSim(sim({ source: 'si' }))],
    ["a vendor's as another of its cameras", () => asSim(sim({ camera: { ...gate, id: 'lot-8' } }))],
    ["an agent's as another agent's camera", () => asAgent(at('gate-1'))],
    ["an agent's as a camera whose name goes on", () => asAgent(at('gate-22'))],
    ["an agent's as a vendor's", () => asAgent(at('gate-2', { source: 'sim' }))],
    ["with another camera's pictures", () => asAgent({ ...at('gate-2'), pictures: pictures(at('gate-1')) })],
    ["with another read's pictures", () => asAgent({ ...at('gate-2'), pictures: pictures(at('gate-2')) })],
    [
      'with the picture of the vehicle for that of the plate',
      () => {
        const one = at('gate-2')
        return asAgent({ ...one, pictures: { plate: pictures(one).vehicle, vehicle: null } })
      },
    ],
    [
      'with a picture of any name',
      () => asAgent({ ...at('gate-2'), pictures: { plate: 'x', vehicle: null } }),
    ],
  ]

  test.each(lies)('%s is set aside, with its code, and raises nothing', async (what, lie) => {
    const refused = matcher.counts.refused
    // Pictures are looked at where somebody may see them.
    const plates = what.includes('picture of') || what.includes('pictures') ? [PLATE] : [PLATE, 'NOBODY1']
    for (const plate of plates) {
      for (const spell of [0, 1]) {
        const [key, subject, one] = lie()
        await publish(key, subject, spellings({ ...one, plate, chars: [] })[spell]!)
      }
    }
    const genuine = pictured(at('gate-1'))
    await own(genuine)
    await eventually(async () => expect((await alerts()).map(({ read: { id } }) => id)).toEqual([genuine.id]))
    await eventually(() => expect(matcher.counts.refused).toBe(refused + 2 * plates.length))
    await eventually(async () => expect(await rejects()).toHaveLength(2 * plates.length))
    for (const { header } of await rejects()) {
      expect(header.get('Sightline-Code')).toBe('ORIGIN_WRONG')
      // It says what, and repeats no plate.
      expect(header.get('Sightline-Reason')).toMatch(/source|camera|picture/)
      expect(header.get('Sightline-Reason')).not.toContain(PLATE)
    }
    expect(await matcher.registry.metrics()).toMatch(/sightline_matcher_forged_total [1-9]/)
  })
})

describe('the time of a read', () => {
  const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

  test.each([
    ['an hour after it was stored', () => ago(-3_600_000)],
    ['in another century', () => '2999-01-01T00:00:00.000Z'],
    ['six years ago', () => ago(6 * 366 * DAY)],
    ['in the year 1', () => '0001-01-01T00:00:00.000Z'],
  ])('seen %s: is set aside, and opens no window', async (_what, when) => {
    const refused = matcher.counts.refused
    for (const plate of [PLATE, 'NOBODY1']) {
      for (const payload of spellings(at('gate-2', { seenAt: when(), plate, chars: [] })))
        await publish(agent, readSubject('edge', 'gate-2'), payload)
    }
    await eventually(() => expect(matcher.counts.refused).toBe(refused + 4))
    await eventually(async () => expect(await rejects()).toHaveLength(4))
    for (const { header } of await rejects()) expect(header.get('Sightline-Code')).toBe('INSTANT_WRONG')
    expect(await alerts()).toEqual([])
  })

  test.each([
    ['a minute after it was stored, by a clock that is ahead', () => ago(-60_000)],
    ['forty days ago, by an agent that was cut off', () => ago(40 * DAY)],
    ['four years ago', () => ago(4 * 365 * DAY)],
  ])('seen %s: is accepted like any other', async (_what, when) => {
    const one = at('gate-2', { seenAt: when() })
    await own(one, agent)
    await eventually(async () => expect((await alerts()).map(({ read: { id } }) => id)).toEqual([one.id]))
    expect(await rejects()).toEqual([])
  })
})

describe('ids', () => {
  test('of a read from another source or camera never replace the genuine read with the same id', async () => {
    const genuine = pictured(at('gate-1'))
    // Whoever knows camera, plate and instant can make its id.
    const forged: Read = { ...at('gate-1', { source: 'sim' }), seenAt: genuine.seenAt, id: genuine.id }
    const forged2: Read = { ...at('gate-2'), seenAt: genuine.seenAt, id: genuine.id }
    expect(genuine.id).toBe(readId('gate-1', genuine.seenAt, PLATE))
    await publish(vendor, readSubject('sim', 'gate-1'), JSON.stringify(forged))
    await publish(agent, readSubject('edge', 'gate-2'), JSON.stringify(forged2))
    await eventually(async () => expect(await alerts()).toHaveLength(2))
    await own(genuine)
    await eventually(async () => expect(await alerts()).toHaveLength(3))
    expect(new Set((await alerts()).map(({ id }) => id)).size).toBe(3)
    expect((await alerts()).filter(({ read: { pictures } }) => pictures.plate !== null)).toHaveLength(1)
  })

  test('cannot be used up in advance to keep a rejected read out of the rejects', async () => {
    const manager = await jetstreamManager(admin)
    const lie = JSON.stringify(at('gate-1'))
    const { seq } = await publish(agent, readSubject('edge', 'gate-2'), lie)
    await eventually(async () => expect(await rejects()).toHaveLength(1))
    for (let n = 1; n <= 20; n++) {
      // It has no right to rejects at all; if it ever gets one, ids are still not to be foreseen.
      await jetstream(agent)
        .publish(rejectSubject('matcher', 'edge'), '', { msgID: `READS-${seq + n}` })
        .catch(() => {})
    }
    await publish(agent, readSubject('edge', 'gate-2'), lie)
    await eventually(async () => expect(await rejects()).toHaveLength(2))
    expect((await manager.streams.info(REJECTS)).state.messages).toBe(2)
  })
})

describe('repeats of one vehicle', () => {
  test('with an image reach the analyst although one without came first: as an alert that stands for both', async () => {
    const [first, second, third] = [at('gate-1'), pictured(at('gate-1')), pictured(at('gate-1'))]
    await own(first)
    await eventually(async () => expect(await alerts()).toHaveLength(1))
    await own(second)
    await eventually(async () => expect(await alerts()).toHaveLength(2))
    await own(third)
    await eventually(async () => expect(await storedSightings(admin)).toHaveLength(1))
    const [without, better] = await alerts()
    expect([without!.read.id, better!.read.id]).toEqual([first.id, second.id])
    expect([without!.standsFor, better!.standsFor]).toEqual([undefined, without!.id])
    expect(await storedSightings(admin)).toMatchObject([{ alertId: better!.id, count: 2 }])
    expect(await alerts()).toHaveLength(2)
  })

  test('are known to a matcher that takes over', async () => {
    const [first, second, third] = [at('gate-1'), pictured(at('gate-1')), pictured(at('gate-1'))]
    await own(first)
    await eventually(async () => expect(await alerts()).toHaveLength(1))
    await matcher.close()
    matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
    await own(second)
    await eventually(async () => expect(await alerts()).toHaveLength(2))
    await matcher.close()
    matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
    await own(third)
    await eventually(async () => expect(await storedSightings(admin)).toHaveLength(1))
    const [without, better] = await alerts()
    expect(better!.standsFor).toBe(without!.id)
    expect(await storedSightings(admin)).toMatchObject([{ alertId: better!.id, count: 2 }])
  })
})
