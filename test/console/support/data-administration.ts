import { jetstream } from '@nats-io/jetstream'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import { healthSubject } from '@sightline/schemas/subjects'
import { aReport } from '../../api/cameras/support.ts'
import { CAMERAS } from './data-alerts.ts'
import type { Console } from './open-console.ts'

/** Five cameras around San Diego, two of which need attention; an edge agent, one more account, a request for access. */
export async function fillAdministration({ rig, session }: Console): Promise<void> {
  const { call } = await session('tom-berg')
  const lee = await session('lee-novak')
  await lee.call('/v1/access/requests', {
    need: 'To follow my people’s watchlist entries while they are on leave.',
    sources: ['edge'],
  })
  await call('/v1/edge/enrollments', { agent: 'harbor-gate', cameras: ['harbor-dr-1', 'marina-gate'] })
  await call('/v1/people', { id: 'pat-quinn', name: 'Pat Quinn', email: 'pat.quinn@agency.example' })
  const now = new Date().toISOString()
  const js = jetstream(rig.admin)
  const states = ['ok', 'ok', 'blind', 'ok', 'unsharp'] as const
  const { patrol, harbor, i5, otay, marina } = CAMERAS
  for (const [n, [camera, address, lat, lon, headingDeg]] of [patrol, harbor, i5, otay, marina].entries()) {
    const report: CameraHealth = aReport({
      ...{ camera, at: now, startedAt: now, state: states[n]!, stateSince: now },
      ...{ framesSeen: 48_210 + n, framesProcessed: 9120, framesDropped: 4, reads: 812 - n },
      ...{ meanConfidence: 0.94, brightness: 104, sharpness: 0.61, clockOffsetMs: 12 },
      registration: {
        ...{ id: camera, owner: 'Harbor Police', ownerType: 'agency', country: 'US' },
        ...{ kind: address ? 'fixed' : 'mobile', address },
      },
      position: {
        ...{ fix: address ? 'surveyed' : 'gps', lat, lon, accuracyM: 5, headingDeg, speedMps: null },
      },
    })
    await js.publish(healthSubject(camera), JSON.stringify(report))
  }
}
