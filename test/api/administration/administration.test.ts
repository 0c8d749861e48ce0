import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { freePort } from '@sightline/broker/free-port'
import { startMatcher } from '@sightline/matcher/main'
import { instant } from '@sightline/runtime/clock'
import type { Camera } from '@sightline/schemas/camera'
import type { CameraStatus } from '@sightline/schemas/camera-status'
import type { ReadsStatus } from '@sightline/schemas/reads-status'
import { EDGE_AGENTS, READS } from '@sightline/schemas/streams'
import { healthSubject, readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { quiet, readsManager } from '../../support/broker.ts'
import { aRead, gate } from '../../support/reads.ts'
import { aReport } from '../cameras/support.ts'
import { bodyOf, caseNaming, json, type Rig, refusal, startRig } from '../harness.ts'

const clock = { now: Date.UTC(2026, 10, 24, 9) }
const SECRET = 'a-token-that-nobody-is-to-see'
let rig: Rig
let monitorUrl: string

beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now })
  const vendorsFile = join(rig.dataDir, 'vendors.json')
  // Nobody listens there.
  const vendor = { id: 'one', url: 'http://127.0.0.1:9', credentialsFile: 'one-token', deadlineMs: 500 }
  await writeFile(join(rig.dataDir, 'one-token'), SECRET)
  await writeFile(vendorsFile, JSON.stringify({ vendors: [vendor] }))
  const port = await freePort()
  monitorUrl = `http://127.0.0.1:${port}`
  rig.api = await rig.startApi({
    ...{ clock: () => clock.now, vendorsFile, cacheHours: 12, secondPerson: true },
    monitor: { port, host: '127.0.0.1' },
    networks: ['127.0.0.0/8', '10.20.0.0/16'],
    smtp: { url: `smtps://name:${SECRET}@127.0.0.1:9`, from: 'sightline@agency.example' },
  })
})
afterAll(() => rig.close())

describe('the settings', () => {
  it('show how the api was started, and nothing secret (QRY-7, AUD-6, ACC-7)', async () => {
    const text = await (await rig.call('/v1/settings')).text()
    expect(JSON.parse(text)).toMatchObject({
      ...{ development: true, cacheHours: 12, secondPerson: true, mail: 'sent', publicUrl: null },
      networks: ['127.0.0.0/8', '10.20.0.0/16'],
      retentionYears: { default: 1, longest: 5 },
      noticeDays: [60, 30, 7],
      vendors: [{ vendor: 'one', deadlineMs: 500, leftAlone: false, last: null }],
      process: { name: `${hostname()}:${process.pid}`, startedAt: instant(clock.now) },
    })
    expect(text).not.toMatch(/token|smtps|127\.0\.0\.1:9/)
  })

  it('show how each vendor answered last, and which vendor is skipped (QRY-1)', async () => {
    const search = {
      ...{ plate: '7ABC123', caseRef: 'CASE-1', purpose: 'Whereabouts of the vehicle after the seizure' },
    }
    await rig.call('/v1/cases', json(caseNaming(['7ABC123'])))
    const vendor = async () => (await bodyOf<{ vendors: object[] }>(rig.call('/v1/settings'))).vendors[0]
    await rig.call('/v1/search', json(search))
    expect(await vendor()).toMatchObject({
      leftAlone: false,
      last: { at: instant(clock.now), state: 'unreachable', refreshedAt: null },
    })
    for (let n = 0; n < 5; n++) await rig.call('/v1/search', json(search))
    expect(await vendor()).toMatchObject({ leftAlone: true })
  })
})

describe('reads that no matcher judges', () => {
  interface Health {
    status: string
    reads: string
  }
  const health = async () => {
    const answer = await rig.call('/health')
    const { status, reads } = await bodyOf<Health>(answer)
    return [answer.status, status, reads]
  }
  /** Codes on the monitor port. The clock of the test stands still, and the api says so as soon as it has compared it. */
  const troubles = async () => {
    const { troubles = [] } = await bodyOf<{ troubles?: { code: string }[] }>(fetch(`${monitorUrl}/health`))
    const codes = troubles.map(({ code }) => code).sort()
    return codes.filter((code) => code !== 'CLOCK_WRONG')
  }
  const streamOf = async (name: string) =>
    (await bodyOf<{ reads: ReadsStatus }>(rig.call('/v1/settings'))).reads.streams.find(
      ({ stream }) => stream === name,
    )!
  const publish = (n: number) => {
    const read = aRead({ plate: `X${n}`, camera: { ...gate, id: `gate-${n}` } })
    return jetstream(rig.admin).publish(readSubject('edge', read.camera.id), JSON.stringify(read))
  }

  it('are in the health and the settings within ten seconds, with what to do, until a matcher is there', async () => {
    const manager = await readsManager(rig.admin)
    await vi.waitFor(async () => expect(await health()).toEqual([503, 'degraded', 'judged']), 30_000)
    await publish(0)
    // The limit is what is tested: ten seconds, and as many for a machine that does other things besides.
    await vi.waitFor(async () => expect(await health()).toEqual([503, 'degraded', 'still']), 20_000)
    expect(await streamOf(READS)).toMatchObject({
      ...{ state: 'still', backlog: 1, matcher: null, fullInSeconds: null },
      says: expect.stringMatching(/^1 read of READS is waiting, and the matcher does not move; 99 % /),
      hint: 'No matcher judges this stream: start one (./sightline matcher run).',
    })
    const { config } = await manager.streams.info(READS)
    await manager.streams.update(READS, { ...config, max_bytes: 20_000 })
    const refused = async () => {
      for (let n = 1; n < 100; n++) await publish(n)
    }
    await expect(refused()).rejects.toThrow('maximum bytes exceeded')
    // The limit as above.
    await vi.waitFor(async () => expect(await health()).toEqual([503, 'degraded', 'full']), 20_000)
    expect((await streamOf(READS)).says).toMatch(/^READS is full and refuses new reads: the matcher has not/)
    expect((await fetch(`${monitorUrl}/health`)).status).toBe(503)
    expect(await troubles()).toEqual(['MATCHER_MISSING', 'READS_FULL', 'READS_STILL'])
    const metrics = await (await fetch(`${monitorUrl}/metrics`)).text()
    expect(metrics).toMatch(/\nsightline_api_reads_late\{stream="READS"\} 1\n/)
    expect(metrics).toMatch(/\nsightline_api_reads_backlog\{stream="READS"\} \d\d\n/)
    const { url: servers, keys } = rig.broker
    const matcher = await startMatcher({ servers, keys, name: 'm1', log: quiet })
    try {
      await vi.waitFor(async () => expect(await troubles()).toEqual([]), 30_000)
      await vi.waitFor(
        async () =>
          expect(await streamOf(READS)).toMatchObject({ state: 'judged', backlog: 0, matcher: 'm1' }),
        30_000,
      )
      await publish(200)
      expect(await troubles()).toEqual([])
    } finally {
      await matcher.close()
    }
  })
})

describe('the cameras', () => {
  it('are listed with registration, position and last report; malformed ones are left out (CAP-1, CAP-2)', async () => {
    const js = jetstream(rig.admin)
    const publish = (camera: string, report: object) =>
      js.publish(healthSubject(camera), JSON.stringify(report))
    const at = instant(clock.now - 5000)
    const registration: Camera = {
      ...{ id: 'gate-1', owner: 'Harbor Police', ownerType: 'agency', kind: 'fixed', country: 'US' },
      address: '1 Harbor Drive',
    }
    const position = {
      fix: 'surveyed',
      lat: 32.7,
      lon: -117.2,
      accuracyM: null,
      headingDeg: null,
      speedMps: null,
    } as const
    await publish('gate-1', aReport({ at: instant(clock.now - 15_000), registration, position }))
    await publish('gate-1', aReport({ at, state: 'blind', registration, position }))
    await publish('gate-2', aReport({ camera: 'gate-2', at: instant(clock.now - 86_400_000) }))
    await publish('gate-3', { camera: 'gate-3' })
    const agents = await new Kvm(js).open(EDGE_AGENTS)
    const access = { publicKey: `U${'A'.repeat(55)}`, cameras: ['gate-1', 'gate-4'], since: at }
    await agents.put(
      'host-1',
      JSON.stringify({ v: 1, name: 'host-1', access, invitation: null, revokedAt: null }),
    )
    const cameras = async () => (await bodyOf<{ cameras: CameraStatus[] }>(rig.call('/v1/cameras'))).cameras
    await expect.poll(async () => (await cameras()).length).toBe(3)
    expect(await cameras()).toMatchObject([
      { camera: 'gate-1', agent: 'host-1', state: 'blind', lastSeenAt: at, registration, position },
      { camera: 'gate-2', agent: null, state: 'unheard', registration: null, position: null },
      { camera: 'gate-4', agent: 'host-1', state: 'unheard', lastSeenAt: null, health: null },
    ])
  })
})

describe('e-mails', () => {
  it('are shown in development only, because they contain one-time links (ACC-2, ACC-7)', async () => {
    // This api sends them.
    expect(await refusal(rig.call('/v1/mailbox'))).toEqual([404, 'NOT_FOUND'])
  })
})
