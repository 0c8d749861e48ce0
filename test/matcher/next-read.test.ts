import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker, refuseDrift } from '@sightline/broker/declare'
import { startLocalCluster } from '@sightline/broker/local-cluster'
import { publishUntilStored, retryUntilDone } from '@sightline/broker/publish'
import { startMatcher } from '@sightline/matcher/main'
import { instant } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import { DISPLAYS, EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { alertSubject, readSubject } from '@sightline/schemas/subjects'
import { expect, test, vi } from 'vitest'
import { storedAlerts } from '../support/alerts.ts'
import { quiet, temporaryFolder, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { howOften } from '../support/long.ts'
import { aRead, gate } from '../support/reads.ts'

/**
 * A change of a display holds for the next read (DSP-1, DSP-5): each step is stored, and the moment that the broker says so a
 * read is published. Several of them at once, while other reads and other displays come and three matchers share the reads.
 */

const ROUNDS = howOften(5, 200)
const LANES = 8
const PARTITIONS = 4

interface Place {
  servers: string | string[]
  keys: string
  admin: NatsConnection
  remove(): Promise<void>
}

async function oneNode(): Promise<Place> {
  const broker = await testBroker({ vendors: [], edges: {} }, { ...EMBEDDED_SIZE, partitions: PARTITIONS })
  const { url: servers, keys, remove } = broker
  return { servers, keys, admin: await broker.as('admin'), remove }
}

async function threeNodes(): Promise<Place> {
  const folder = await temporaryFolder()
  const { keys, servers, stop } = await startLocalCluster(folder.path, 3, PARTITIONS)
  const admin = await connectBroker({ servers, keys, user: 'admin' }, quiet, 30_000)
  const size = { replicas: 3, storageGib: 1, partitions: PARTITIONS, agentStreams: 0 }
  refuseDrift(await retryUntilDone(() => declareBroker(admin, size)))
  const remove = async () => {
    await admin.close()
    for (const node of [0, 1, 2]) await stop(node)
    await folder.remove()
  }
  return { servers, keys, admin, remove }
}

test.each([
  ['one node', oneNode],
  ['three nodes', threeNodes],
])(
  `a change to a display applies to the next read, ${ROUNDS * LANES} times each, with a broker of %s`,
  async (_what, startPlace) => {
    const { servers, keys, admin, remove } = await startPlace()
    const displays = await new Kvm(jetstream(admin)).open(DISPLAYS)
    const matchers = await Promise.all(
      ['m1', 'm2', 'm3'].map((name) => startMatcher({ servers, keys, name, log: quiet, suppressMs: 0 })),
    )
    try {
      await vi.waitFor(
        () => expect(Math.min(...matchers.map((matcher) => matcher.partitions().length))).toBeGreaterThan(0),
        30_000,
      )
      const expected = await underLoad(admin, displays, () => steps(admin, displays))
      // Everything that had to be judged again has been.
      await pause(500)
      const raised = (await storedAlerts(admin)).map(({ read }) => read.id).sort()
      expect(raised).toEqual(expected)
    } finally {
      for (const matcher of matchers) await matcher.close()
      await remove()
    }
  },
  240_000,
)

let number = 0
/** @returns its id, when it is stored */
async function publish(admin: NatsConnection, plate: string, camera: string): Promise<string> {
  const read = aRead({ plate, camera: { ...gate, id: camera }, seenAt: instant(Date.now()) })
  const subject = readSubject('edge', camera)
  await publishUntilStored(jetstream(admin), subject, JSON.stringify(read), { msgID: read.id })
  return read.id
}

/** No two alike: a read of one must not match another. */
const plateOf = (name: string) =>
  BigInt(`0x${createHash('sha256').update(name).digest('hex')}`)
    .toString(36)
    .toUpperCase()
    .slice(-8)

/** @returns the reads that must raise an alert, in order of their ids */
async function steps(admin: NatsConnection, displays: KV): Promise<string[]> {
  const raised = new Set<string>()
  const alerts = admin.subscribe(alertSubject('*'), {
    callback: (_, message) => void raised.add(message.json<Alert>().read.id),
  })
  const expected: string[] = []
  const put = (display: Display) => displays.put(display.id, JSON.stringify(display))
  const until = (id: string) => vi.waitFor(() => expect([...raised]).toContain(id), 30_000)
  const lasting = { createdAt: instant(Date.now()), expiresAt: instant(Date.now() + 86_400_000) }

  async function lane(lane: number): Promise<void> {
    const mark = plateOf(`mark ${lane}`)
    await put(aDisplay({ id: `mark-${lane}`, plate: mark, ...lasting }))
    for (let round = 0; round < ROUNDS; round++) {
      const plate = plateOf(`lane ${lane}, round ${round}`)
      const wide = aDisplay({
        id: `lane-${lane}-${round}`,
        plate,
        ...lasting,
        createdAt: instant(Date.now()),
      })
      // Insists on what the camera of these reads does not recognize.
      const narrow: Display = { ...wide, only: { makes: ['Lamborghini'] }, strict: true }
      const ended: Display = { ...wide, state: round % 2 === 0 ? 'closed' : 'rejected' }
      for (const display of [wide, narrow, wide, ended]) {
        await put(display)
        const camera = `gate-${number++}`
        const id = await publish(admin, plate, camera)
        if (display === wide) expected.push(id)
        // The read is judged before the next step, where this one behind it is.
        const behind = await publish(admin, mark, camera)
        expected.push(behind)
        await Promise.all([until(behind), display === wide && until(id)])
        // The clocks of the broker's nodes may be a tenth of a second apart: what was stored so shortly before may count.
        if (display === narrow) await pause(250)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)))
    return expected.sort()
  } finally {
    alerts.unsubscribe()
  }
}

/** While other reads are published, and other displays stored. */
async function underLoad<T>(admin: NatsConnection, displays: KV, work: () => Promise<T>): Promise<T> {
  let working = true
  const others = async () => {
    for (let n = 0; working; n++) {
      for (let some = 0; some < 20; some++) {
        const camera = { ...gate, id: `other-${some}` }
        const read = aRead({ plate: `X${n}A${some}`, camera, seenAt: instant(Date.now()) })
        admin.publish(readSubject('edge', camera.id), JSON.stringify(read))
      }
      await pause(10)
    }
  }
  const stores = async () => {
    for (let n = 0; working; n++) {
      const display = aDisplay({ id: `other-${n % 500}`, plate: `OTHER${n % 500}` })
      await displays.put(display.id, JSON.stringify(display))
    }
  }
  const load = [others(), stores()]
  try {
    return await work()
  } finally {
    working = false
    await Promise.all(load)
  }
}
