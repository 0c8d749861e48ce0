import { randomUUID } from 'node:crypto'
import { jetstream } from '@nats-io/jetstream'
import type { SightingCount } from '@sightline/schemas/sighting-count'
import { sightingsSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, followEvents, publishAlerts, type Rig, sampleAlert, startRig } from '../harness.ts'

/** As the matcher counts a vehicle that is still there. */
const raised = (number: number, count: number): SightingCount => ({
  ...{ v: 1, alertId: sampleAlert(number).id, displayId: 'display-1', count },
  ...{ lastSeenAt: '2026-11-24T00:01:00.000Z', lastReadId: sampleAlert(number).read.id, upTo: 100 + count },
})

describe('the count of an alert', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await publishAlerts(rig, 1, 4)
  })
  afterAll(() => rig.close())
  const publish = (sightings: SightingCount | string, alertId = sampleAlert(1).id) => {
    const text = typeof sightings === 'string' ? sightings : JSON.stringify(sightings)
    // As the matcher does: until it is stored, and never twice. A broker that was killed takes a moment to be found again.
    const options = { msgID: randomUUID(), timeout: 1000, retries: 10 }
    return jetstream(rig.admin).publish(sightingsSubject(alertId), text, options)
  }
  const listed = async () =>
    (await bodyOf<{ alerts: { sightings: SightingCount | null }[] }>(rig.call('/v1/alerts'))).alerts.map(
      ({ sightings }) => sightings,
    )

  it('is shown with the alert in the list, the latest only', async () => {
    expect(await listed()).toEqual([null, null, null])
    await publish(raised(1, 2))
    await publish(raised(1, 7))
    expect(await listed()).toEqual([null, null, raised(1, 7)])
  })

  it('is sent to subscribers between alerts, and does not change where they resume', async () => {
    let told = 0
    const following = followEvents(await rig.call('/v1/alerts/stream'), ({ length }) => {
      told = length
      return length === 4
    })
    await following.caughtUp
    await publish(raised(1, 8))
    await expect.poll(() => told).toBe(2)
    await publishAlerts(rig, 4, 5)
    await expect.poll(() => told).toBe(3)
    await publish(raised(4, 2), sampleAlert(4).id)
    const events = await following.events
    expect(events.map(({ event, id }) => [event, id])).toEqual([
      ['ready', 3],
      ['sightings', Number.NaN],
      ['alert', 4],
      ['sightings', Number.NaN],
    ])
    expect(events[1]!.data).toBe(JSON.stringify(raised(1, 8)))
  })

  it('continues after the broker was killed and started again', async () => {
    const following = followEvents(await rig.call('/v1/alerts/stream'), (events) => events.length === 2)
    await following.caughtUp
    await rig.killBroker()
    await rig.restartBroker()
    await publish(raised(2, 2), sampleAlert(2).id)
    expect((await following.events)[1]).toMatchObject({
      event: 'sightings',
      data: JSON.stringify(raised(2, 2)),
    })
  })

  it('is left out when it is malformed', async () => {
    await publish('{"v":1}', sampleAlert(3).id)
    expect((await listed())[1]).toBeNull()
  })
})
