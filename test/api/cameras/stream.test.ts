import { jetstream } from '@nats-io/jetstream'
import { createAuditLookup } from '@sightline/api/oversight/audit-lookup'
import { openLink } from '@sightline/broker/link'
import { instant } from '@sightline/runtime/clock'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { CameraStatus } from '@sightline/schemas/camera-status'
import { healthSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, readEvents, refusal, type SseEvent, startRig } from '../harness.ts'
import { aReport } from './support.ts'

const clock = { now: Date.UTC(2026, 10, 24, 9) }
let rig: Rig
beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now, camerasMs: 20 })
})
afterAll(() => rig.close())

const report = (camera: string, state: 'ok' | 'blind') =>
  jetstream(rig.admin).publish(
    healthSubject(camera),
    JSON.stringify(aReport({ camera, state, at: instant(clock.now) })),
  )

/** Records of looks at the cameras. */
async function looks(): Promise<AuditRecord[]> {
  const link = await openLink(rig.admin)
  const lookup = createAuditLookup(link)
  const found: AuditRecord[] = []
  for await (const { record } of lookup.read(1, await lookup.last())) {
    if (record?.action === 'camera.list') found.push(record)
  }
  return found
}

describe('the stream of cameras', () => {
  it('sends all cameras and then what changes, and is one record in the audit log (AUD-2)', async () => {
    await report('gate-1', 'ok')
    await report('gate-2', 'ok')
    const states = ({ data }: SseEvent) =>
      (JSON.parse(data) as { cameras: CameraStatus[] }).cameras.map(({ camera, state }) => [camera, state])
    let told = 0
    const events = await readEvents(await rig.call('/v1/cameras/stream'), ({ length }) => {
      if (length > told && length <= 5) void report('gate-1', length % 2 ? 'blind' : 'ok')
      told = length
      return length > 5
    })
    expect(events.every(({ event }) => event === 'cameras')).toBe(true)
    expect(states(events[0]!)).toEqual([
      ['gate-1', 'ok'],
      ['gate-2', 'ok'],
    ])
    expect(events.slice(1, 6).map(states)).toEqual(
      ['blind', 'ok', 'blind', 'ok', 'blind'].map((state) => [['gate-1', state]]),
    )
    expect(await looks()).toHaveLength(1)
  })

  it('is refused to anyone who is not signed on', async () => {
    expect(await refusal(fetch(`${rig.api.url}/v1/cameras/stream`))).toEqual([401, 'NOT_SIGNED_ON'])
  })
})
