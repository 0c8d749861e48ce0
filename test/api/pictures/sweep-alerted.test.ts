import { openPictures } from '@sightline/api/pictures/store'
import { keepAlertedPictures } from '@sightline/api/pictures/sweep-alerted'
import { openLink } from '@sightline/broker/link'
import { startPublisher } from '@sightline/edge-agent/publisher/publisher'
import type { Alert } from '@sightline/schemas/alert'
import { pictureName } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../../support/broker.ts'
import { aJpeg } from '../../support/jpeg.ts'
import { aRead } from '../../support/reads.ts'

/** Pictures that live for some days only, at a real broker, and what an alert does to that. */

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  broker = await testBroker({ vendors: [], edges: { edge: ['gate-1'] } })
  folder = await temporaryFolder()
})
afterAll(async () => {
  await broker.remove()
  await folder.remove()
})

/** As many alerts as reads, oldest first, at sequences from 1 on. */
const alertsOf = (reads: readonly ReturnType<typeof aRead>[], raisedAt: string) => ({
  range: async () => ({ first: 1, last: reads.length }),
  list: async ({ after = 0, before = Number.POSITIVE_INFINITY }) => ({
    alerts: reads
      .map((read, n) => ({ sequence: n + 1, alert: { read, raisedAt } as Alert }))
      .filter(({ sequence }) => sequence > after && sequence < before),
    next: null,
  }),
})

test('images live as long as their camera’s owner says; those of a read with an alert live the full time', async () => {
  const link = await openLink(await broker.as('api'))
  const admin = await openLink(await broker.as('admin'))
  const publisher = await startPublisher({
    ...{ servers: broker.url, keys: broker.keys, user: 'edge' },
    ...{ spool: folder.path, spoolBytes: 1e8, log: quiet, pictureDays: () => 7 },
  })
  const names = [1, 2, 3].map((n) => pictureName('edge', 'gate-1', `${n}`.repeat(22), 'plate'))
  const send = async (name: string) => {
    await publisher.spools.pictures.append({ camera: 'gate-1', id: name, payload: await aJpeg() })
    await publisher.drained(AbortSignal.timeout(10_000))
  }
  const [ordinary, alerted, late] = names as [string, string, string]
  const lifeOf = async (name: string) => {
    const found = await Promise.all(
      ['PICTURES_a0', 'PICTURES_a1'].map((stream, n) =>
        admin.manager.direct.getMessage(stream, { last_by_subj: `pictures.${name}.a${n}` }),
      ),
    )
    const message = found.find(Boolean)
    return message ? (message.header?.get('Nats-TTL') ?? '') : undefined
  }
  await send(ordinary)
  await send(alerted)
  expect(await Promise.all(names.map(lifeOf))).toEqual(['168h', '168h', undefined])

  const pictures = openPictures(link)
  const before = await pictures.get(alerted)
  const now = Date.parse('2026-11-24T03:00:00.000Z')
  const reads = [alerted, late].map((plate) => aRead({ pictures: { plate, vehicle: null } }))
  const alerts = alertsOf(reads, new Date(now).toISOString())
  const sweep = keepAlertedPictures({ alerts, pictures, clock: () => now })
  await sweep()
  expect(await Promise.all(names.map(lifeOf))).toEqual(['168h', '', undefined])
  expect(await pictures.get(alerted)).toEqual(before)
  // A picture that comes days after its alert, over a link that was down, is kept by the next sweep.
  await send(late)
  await sweep()
  expect(await Promise.all(names.map(lifeOf))).toEqual(['168h', '', ''])
  await publisher.close()
}, 60_000)

test('the broker deletes an image by itself when its time is over', async () => {
  const admin = await openLink(await broker.as('admin'))
  const subject = `pictures.${pictureName('edge', 'gate-1', '4'.repeat(22), 'plate')}.a0`
  await admin.js.publish(subject, await aJpeg(), { ttl: '1s' })
  const there = () => admin.manager.direct.getMessage('PICTURES_a0', { last_by_subj: subject })
  expect(await there()).toBeTruthy()
  await expect.poll(there, { timeout: 30_000, interval: 200 }).toBeFalsy()
}, 30_000)
