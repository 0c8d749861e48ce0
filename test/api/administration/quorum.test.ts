import { jetstream, type StreamInfo } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { copiesOf } from '@sightline/api/administration/copies'
import { CANARY_EVERY_MS } from '@sightline/api/administration/lights'
import { type Api, startApi } from '@sightline/api/main'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker, refuseDrift } from '@sightline/broker/declare'
import { type LocalCluster, startLocalCluster } from '@sightline/broker/local-cluster'
import { publishUntilStored, retryUntilDone } from '@sightline/broker/publish'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import type { Alert } from '@sightline/schemas/alert'
import type { HealthAnswer } from '@sightline/schemas/health'
import type { LightName, LightState } from '@sightline/schemas/lights'
import { readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { putDisplay } from '../../support/displays.ts'
import { isLong } from '../../support/long.ts'
import { aRead, gate } from '../../support/reads.ts'

/** The goal is ten seconds; the rest is for a machine that does other things besides. */
const SOON_MS = 12_000
/** What must come back has no goal. */
const PATIENT_MS = 90_000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let cluster: LocalCluster
let admin: NatsConnection
let matcher: Matcher
let api: Api

beforeAll(async () => {
  folder = await temporaryFolder()
  cluster = await startLocalCluster(folder.path)
  const { keys, servers } = cluster
  admin = await connectBroker({ servers, keys, user: 'admin' }, quiet, 30_000)
  const size = { replicas: 3, storageGib: 1, agentStreams: 0 }
  refuseDrift(await retryUntilDone(() => declareBroker(admin, size)))
  await putDisplay(admin)
  matcher = await startMatcher({ servers, keys, name: 'm1', log: quiet })
  api = await startApi({
    // Never the node that each round takes away besides: after the first round the api is at the node that stays.
    broker: { servers: [servers[0]!, servers[2]!], keys },
    ...{ host: '127.0.0.1', port: 0, dataDir: folder.path, devToken: true, log: quiet },
    canaryMs: CANARY_EVERY_MS,
  })
})
afterAll(async () => {
  await api?.close()
  await matcher?.close()
  await admin?.close()
  for (const node of [0, 1, 2]) await cluster?.stop(node)
  await folder.remove()
})

const get = (path: string) =>
  fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${api.token}` } })

/** Status of `/health`, and the lights that are not on. */
async function health(): Promise<{ status: number; wrong: [LightName, LightState, string | null][] }> {
  const answer = await get('/health')
  const { lights } = (await answer.json()) as HealthAnswer
  const wrong = lights.filter(({ state }) => state !== 'ok')
  return { status: answer.status, wrong: wrong.map(({ name, state, code }) => [name, state, code]) }
}

const isWell = () =>
  vi.waitFor(async () => expect(await health()).toEqual({ status: 200, wrong: [] }), {
    timeout: PATIENT_MS,
    interval: 200,
  })

/** Waits until a light is a fault. */
async function turnsRed(name: LightName, code: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { status, wrong } = await health()
      expect({ status, wrong }).toEqual({
        status: 503,
        wrong: expect.arrayContaining([[name, 'fault', code]]),
      })
    },
    { timeout: SOON_MS, interval: 100 },
  )
}

interface Hit {
  /** Of the read. */
  id: string
  stored: Promise<unknown>
}

let hits = 0
/** A read that a display is for, at a camera of its own: sent until it is stored. */
function hit(): Hit {
  const camera = { ...gate, id: `gate-${++hits}` }
  const read = aRead({ camera, seenAt: new Date().toISOString() })
  const options = { msgID: read.id }
  const subject = readSubject('edge', camera.id)
  return {
    id: read.id,
    stored: publishUntilStored(jetstream(admin), subject, JSON.stringify(read), options),
  }
}

/** Reads of the alerts that the api shows. */
async function alertedReads(): Promise<string[]> {
  const { alerts } = (await (await get('/v1/alerts')).json()) as { alerts: { alert: Alert }[] }
  return alerts.map(({ alert }) => alert.read.id)
}

const signal = (nodes: readonly number[], name: NodeJS.Signals) => {
  for (const node of nodes) process.kill(cluster.pid(node), name)
}

interface Outage {
  take(): Promise<void> | void
  giveBack(): void
  light: LightName
  code: string
  long?: true
}

const outages: Record<string, Outage> = {
  'two of three nodes are killed': {
    take: async () => {
      await Promise.all([cluster.stop(0), cluster.stop(1)])
    },
    giveBack: () => {
      cluster.start(0)
      cluster.start(1)
    },
    ...{ light: 'quorum', code: 'QUORUM_LOST' },
  },
  'two of three nodes are frozen, not its own': {
    take: () => signal([0, 1], 'SIGSTOP'),
    giveBack: () => signal([0, 1], 'SIGCONT'),
    ...{ light: 'quorum', code: 'QUORUM_LOST' },
  },
  'two of three nodes are frozen, its own among them': {
    take: () => signal([1, 2], 'SIGSTOP'),
    giveBack: () => signal([1, 2], 'SIGCONT'),
    ...{ light: 'broker', code: 'BROKER_UNREACHABLE' },
    long: true,
  },
}

const expected: string[] = []

it('a copy that was not heard for seconds is not there, whatever the server says of it', () => {
  const copies = (...active: number[]) =>
    copiesOf({
      config: { num_replicas: active.length + 1 } as StreamInfo['config'],
      cluster: {
        name: 'local',
        leader: 'n1',
        replicas: active.map((ms, n) => ({ name: `n${n + 2}`, current: true, active: ms * 1e6, lag: 0 })),
      } as StreamInfo['cluster'],
    })
  expect([copies(), copies(900, 0), copies(900, 5000), copies(5000, 5000)]).toEqual([
    'all',
    'all',
    'some',
    'lost',
  ])
  expect([copies(0, 0, 5000, 5000), copies(0, 5000, 5000, 5000)]).toEqual(['some', 'lost'])
})

it.each(Object.entries(outages).filter(([, { long }]) => isLong || !long))(
  'when %s, the right light is red within ten seconds; then each read is one alert',
  async (_what, { take, giveBack, light, code }) => {
    await isWell()
    const before = hit()
    await before.stored
    let during: Hit
    try {
      await take()
      during = hit()
      await turnsRed(light, code)
    } finally {
      giveBack()
    }
    await isWell()
    await during.stored
    const after = hit()
    await after.stored
    expected.push(before.id, during.id, after.id)
    await vi.waitFor(async () => expect((await alertedReads()).sort()).toEqual([...expected].sort()), {
      timeout: PATIENT_MS,
      interval: 200,
    })
  },
)
