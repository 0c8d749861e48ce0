import { jetstream } from '@nats-io/jetstream'
import { publishUntilStored } from '@sightline/broker/publish'
import { startMatcher } from '@sightline/matcher/main'
import { instant } from '@sightline/runtime/clock'
import { readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { storedAlerts } from '../support/alerts.ts'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'
import { putDisplay } from '../support/displays.ts'
import { aRead, gate } from '../support/reads.ts'

/** What counts is when the broker stored a read, whatever the clocks of cameras and matchers say (DSP-1, DSP-3). */

const SECOND = 1000
const HOUR = 3600 * SECOND
const YEAR = 365 * 24 * HOUR

let broker: TestBroker
beforeAll(async () => {
  broker = await testBroker({ vendors: [], edges: {} })
})
afterAll(() => broker.remove())

/** Publishes a read of each plate, seen so many milliseconds off. */
async function published(plates: readonly string[], offs: readonly number[]): Promise<void> {
  const admin = await broker.as('admin')
  for (const [n, plate] of plates.entries()) {
    const read = aRead({
      plate,
      seenAt: instant(Date.now() + offs[n]!),
      camera: { ...gate, id: `cam-${plate}` },
    })
    const subject = readSubject('edge', read.camera.id)
    await publishUntilStored(jetstream(admin), subject, JSON.stringify(read), { msgID: read.id })
  }
}
const alerted = async () =>
  (await storedAlerts(await broker.as('admin'))).map(({ read }) => read.plate).sort()

test('a camera whose clock is years behind or minutes ahead raises alerts for a display just stored (DSP-1)', async () => {
  const offs = [-4.9 * YEAR, -YEAR, -8 * HOUR, -30 * SECOND, -SECOND, 0, SECOND, 290 * SECOND]
  const plates = offs.map((_, n) => `SKW${n}XYZ`)
  const admin = await broker.as('admin')
  const { servers, keys } = { servers: broker.url, keys: broker.keys }
  const matcher = await startMatcher({ servers, keys, name: 'm', log: quiet })
  const times = { createdAt: instant(Date.now()), expiresAt: instant(Date.now() + YEAR) }
  for (const [n, plate] of plates.entries()) await putDisplay(admin, { id: `skew-${n}`, plate, ...times })
  await published(plates, offs)
  await vi.waitFor(async () => expect(await alerted()).toEqual([...plates].sort()), 30_000)
  await matcher.close()
})

test.each([
  ['an hour behind', -HOUR],
  ['a year behind', -YEAR],
  ['an hour ahead', HOUR],
  ['a year ahead', YEAR],
])('a display ends on time though the matcher is %s (DSP-3)', async (_what, off) => {
  const admin = await broker.as('admin')
  const [ended, lasts] = [`ENDED${(off + 2 * YEAR) % 97}`, `LASTS${(off + 2 * YEAR) % 97}`]
  const createdAt = instant(Date.now() - HOUR)
  await putDisplay(admin, { id: ended, plate: ended, createdAt, expiresAt: instant(Date.now()) })
  await putDisplay(admin, { id: lasts, plate: lasts, createdAt, expiresAt: instant(Date.now() + HOUR / 2) })
  const { url: servers, keys } = broker
  const hostClock = () => Date.now() + off
  const matcher = await startMatcher({ servers, keys, name: 'm', log: quiet, hostClock })
  await published([ended, lasts], [0, 0])
  await vi.waitFor(async () => expect(await alerted()).toContain(lasts), 30_000)
  expect(await alerted()).not.toContain(ended)
  await matcher.close()
})
