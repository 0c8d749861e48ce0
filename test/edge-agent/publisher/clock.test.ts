import { join } from 'node:path'
import { type EdgeAgent, startEdgeAgent } from '@sightline/edge-agent/main'
import { compareClocks } from '@sightline/edge-agent/publisher/broker-clock'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../../support/broker.ts'
import { folderCamera } from '../../support/edge.ts'
import { engineOf } from '../camera/bench.ts'

/** A host whose clock is wrong, against a real broker, which stamps what it stores by its own. */

/** How far each is off, ms. */
const HOSTS = { slow: -30_000, local: -8 * 3_600_000, fast: 300_000, right: 0 } as const
type Host = keyof typeof HOSTS

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
const agents = new Map<string, EdgeAgent>()
// All at once: each waits ten seconds for its first report.
beforeAll(async () => {
  const names = Object.keys(HOSTS)
  broker = await testBroker({
    vendors: [],
    edges: Object.fromEntries(names.map((name) => [name, [`gate-${name}`]])),
  })
  folder = await temporaryFolder()
  await Promise.all(Object.entries(HOSTS).map(([name, offMs]) => start(name, offMs)))
})
afterAll(async () => {
  await Promise.all([...agents.values()].map((agent) => agent.close()))
  await broker.remove()
  await folder.remove()
})

async function start(name: string, offMs: number): Promise<void> {
  const at = join(folder.path, name)
  const agent = await startEdgeAgent({
    ...{ servers: broker.url, keys: broker.keys, user: name, engine: engineOf(), minConfidence: 0 },
    ...{ spool: join(at, 'spool'), spoolBytes: 1e8, agentVersion: 'test', log: quiet },
    cameras: [folderCamera(join(at, 'in'), `gate-${name}`)],
    clock: () => Date.now() + offMs,
  })
  agents.set(name, agent)
}

async function healthOf(host: Host) {
  const health = () => agents.get(host)!.health()[0]!
  await vi.waitFor(() => expect(health().clockOffsetMs).not.toBeNull(), { timeout: 30_000, interval: 100 })
  return health()
}

describe('the clock of a host', () => {
  test.each([
    ['half a minute behind', 'slow', '30.0 s behind'],
    ['eight hours behind, the local time taken for UTC', 'local', '28800.0 s behind'],
    ['five minutes ahead', 'fast', '300.0 s ahead'],
  ] as const)('is a warning when it is %s', async (_what, host, said) => {
    const { warnings, clockOffsetMs, at } = await healthOf(host)
    // Reads and reports carry the broker's time: with the host's, they would be refused.
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(2000)
    expect(clockOffsetMs! - HOSTS[host]).toBeLessThan(500)
    expect(clockOffsetMs! - HOSTS[host]).toBeGreaterThan(-500)
    expect(warnings).toMatchObject([{ code: 'CLOCK_WRONG', message: expect.stringContaining(said) }])
  })

  test('is compared again after somebody set it, and until then nothing is corrected', async () => {
    let [host, steady] = [1_000_000, 0]
    const clocks = compareClocks(
      () => host,
      () => steady,
    )
    const stored = (at: number) => {
      const headers = { get: () => new Date(at).toISOString() }
      return { request: async () => ({ headers, string: () => 'report' }) } as never
    }
    const compare = (at: number) =>
      clocks.compare(stored(at), { camera: 'gate-1', payload: 'report', from: host, to: host })
    await compare(host - 3_600_000)
    expect([clocks.isDue(), clocks.offsetMs(), clocks.now()]).toEqual([false, 3_600_000, host - 3_600_000])
    // Somebody corrects the clock.
    host -= 3_600_000
    steady += 5
    expect([clocks.isDue(), clocks.offsetMs(), clocks.now()]).toEqual([true, null, host])
    await compare(host)
    expect([clocks.isDue(), clocks.offsetMs(), clocks.now()]).toEqual([false, 0, host])
    // It is set wrong.
    host += 86_400_000
    expect([clocks.isDue(), clocks.offsetMs()]).toEqual([true, null])
    await compare(host - 86_400_000)
    host += 1000
    steady += 1000
    expect(clocks.now()).toBe(host - 86_400_000)
  })

  test('is none when it is right', async () => {
    const { warnings, clockOffsetMs } = await healthOf('right')
    expect([warnings, clockOffsetMs]).toEqual([[], 0])
  })
})

test('an agent hears reports about its own cameras, and about no others', async () => {
  const other = await testBroker({ vendors: [], edges: { one: ['gate-1'], two: ['gate-2'] } })
  try {
    const [one, two] = [await other.as('one'), await other.as('two')]
    one.publish('health.gate-1', '{}')
    await one.flush()
    const ask = (connection: typeof one) =>
      connection.request('$AGENCY.API.DIRECT.GET.HEALTH.health.gate-1', '', { timeout: 1500 }).then(
        (answer) => answer.headers?.get('Nats-Time-Stamp'),
        () => 'refused',
      )
    await vi.waitFor(async () => expect(Date.parse((await ask(one))!)).toBeGreaterThan(0), 30_000)
    expect(await ask(two)).toBe('refused')
  } finally {
    await other.remove()
  }
})
