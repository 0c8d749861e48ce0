import { jetstream } from '@nats-io/jetstream'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import { healthSubject } from '@sightline/schemas/subjects'
import { aReport } from '../../api/cameras/support.ts'
import type { Console } from './open-console.ts'

const AT = [32.6401, 32.7214, 32.5541, 32.5649, 32.7253]
const ON = [-117.0842, -117.1739, -117.0653, -117.0046, -117.2061]

/** Five readers around San Diego, two of which need somebody, of an agent; one account more, a request for access. */
export async function fillAdministration({ rig, session }: Console): Promise<void> {
  const { call } = await session('tom-berg')
  const lee = await session('lee-novak')
  await lee.call('/v1/access/requests', {
    need: 'To follow the displays of my people while they are on leave.',
    sources: ['edge'],
  })
  await call('/v1/edge/enrolments', { agent: 'harbor-gate', cameras: ['harbor-dr-1', 'marina-gate'] })
  await call('/v1/people', { id: 'pat-quinn', name: 'Pat Quinn', email: 'pat.quinn@agency.example' })
  const now = new Date().toISOString()
  const js = jetstream(rig.admin)
  const states = ['ok', 'ok', 'blind', 'ok', 'unsharp'] as const
  const ids = ['patrol-17', 'harbor-dr-1', 'i5-dairy-mart', 'otay-sr905', 'marina-gate']
  for (const [n, camera] of ids.entries()) {
    const report: CameraHealth = aReport({
      ...{ camera, at: now, startedAt: now, state: states[n]!, stateSince: now },
      ...{ framesSeen: 48_210 + n, framesProcessed: 9120, framesDropped: 4, reads: 812 - n },
      ...{ meanConfidence: 0.94, brightness: 104, sharpness: 0.61, clockOffsetMs: 12 },
      registration: {
        ...{ id: camera, owner: 'Harbor Police', ownerType: 'agency', country: 'US' },
        ...(n === 0
          ? { kind: 'mobile', address: null }
          : { kind: 'fixed', address: `${1100 + n} N Harbor Drive, San Diego` }),
      },
      position: {
        ...{ fix: n === 0 ? 'gps' : 'surveyed', lat: AT[n]!, lon: ON[n]! },
        ...{ accuracyM: 5, headingDeg: 90, speedMps: null },
      },
    })
    await js.publish(healthSubject(camera), JSON.stringify(report))
  }
}
