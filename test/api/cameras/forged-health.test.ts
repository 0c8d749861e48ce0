import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { type CameraHealthStore, openCameraHealth } from '@sightline/api/cameras/health-store'
import { leftOutTotal } from '@sightline/api/shared/left-out'
import { openLink } from '@sightline/broker/link'
import { healthSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../../support/broker.ts'
import { gate } from '../../support/reads.ts'
import { aReport } from './support.ts'

// Whoever holds the key of one agent tries to say how another's camera is: the subject says whose a report is.

let broker: TestBroker
let agent: NatsConnection
let health: CameraHealthStore
beforeAll(async () => {
  broker = await testBroker({ vendors: [], edges: { edge: ['gate-1'], other: ['gate-2'] } })
  agent = await broker.as('other')
  health = openCameraHealth(await openLink(await broker.as('api')), quiet)
  const own = aReport({ camera: 'gate-1', state: 'blind' })
  await jetstream(await broker.as('edge')).publish(healthSubject('gate-1'), JSON.stringify(own))
})
afterAll(() => broker.remove())

const said = async (report: object) => {
  await jetstream(agent).publish(healthSubject('gate-2'), JSON.stringify(report))
  return (await health.latest()).map(({ camera, state }) => [camera, state])
}
const leftOut = async () => (await leftOutTotal.get()).values.find(({ labels }) => labels.store === 'HEALTH')

it.each([
  ['another camera', aReport({ camera: 'gate-1' })],
  ['a camera whose name only begins like this one', aReport({ camera: 'gate-22' })],
  ['the registration of another camera', aReport({ camera: 'gate-2', registration: gate })],
  ['tomorrow', aReport({ camera: 'gate-2', at: new Date(Date.now() + 86_400_000).toISOString() })],
  ['another century', aReport({ camera: 'gate-2', at: '2999-01-01T00:00:00.000Z' })],
])('a report of %s is left out, counted, and hides nothing', async (_what, report) => {
  const before = (await leftOut())?.value ?? 0
  expect(await said(report)).toEqual([['gate-1', 'blind']])
  expect((await leftOut())?.value).toBe(before + 1)
})

it.each([
  ['from now', aReport({ camera: 'gate-2', registration: { ...gate, id: 'gate-2' } })],
  [
    'by a clock that is a minute ahead',
    aReport({ camera: 'gate-2', at: new Date(Date.now() + 60_000).toISOString() }),
  ],
  ['by a clock that is a year behind', aReport({ camera: 'gate-2', at: '2025-11-24T09:00:00.000Z' })],
])('a report %s is accepted', async (_what, report) => {
  expect((await said(report)).sort()).toEqual([
    ['gate-1', 'blind'],
    ['gate-2', 'ok'],
  ])
})
