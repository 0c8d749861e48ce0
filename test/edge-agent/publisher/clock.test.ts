import { join } from 'node:path'
import { type EdgeAgent, startEdgeAgent } from '@sightline/edge-agent/main'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../../support/broker.ts'
import { folderCamera } from '../../support/edge.ts'
import { engineOf } from '../camera/bench.ts'

/** A host whose clock is wrong, against a real broker, which stamps what it stores by its own. */

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let agent: EdgeAgent | undefined
beforeEach(async () => {
  broker = await testBroker({ vendors: [], edges: { edge: ['gate-1', 'gate-2'] } })
  folder = await temporaryFolder()
})
afterEach(async () => {
  await agent?.close()
  agent = undefined
  await broker.remove()
  await folder.remove()
})

const start = async (offMs: number) => {
  agent = await startEdgeAgent({
    ...{ servers: broker.url, keys: broker.keys, user: 'edge', engine: engineOf(), minConfidence: 0 },
    ...{ spool: join(folder.path, 'spool'), spoolBytes: 1e8, agentVersion: 'test', log: quiet },
    cameras: [folderCamera(join(folder.path, 'in'), 'gate-1')],
    clock: () => Date.now() + offMs,
  })
  const health = () => agent!.health()[0]!
  // The first report comes after ten seconds at the latest.
  await vi.waitFor(() => expect(health().clockOffsetMs).not.toBeNull(), { timeout: 15_000, interval: 100 })
  return health()
}

describe('the clock of a host', { timeout: 40_000 }, () => {
  test.each([
    ['half a minute behind', -30_000, '30.0 s behind'],
    ['eight hours behind, the local time taken for UTC', -8 * 3_600_000, '28800.0 s behind'],
    ['five minutes ahead', 300_000, '300.0 s ahead'],
  ])('that is %s is a warning', async (_what, offMs, said) => {
    const { warnings, clockOffsetMs } = await start(offMs)
    expect(clockOffsetMs! - offMs).toBeLessThan(500)
    expect(clockOffsetMs! - offMs).toBeGreaterThan(-500)
    expect(warnings).toMatchObject([{ code: 'CLOCK_WRONG', message: expect.stringContaining(said) }])
  })

  test('that is right is none', async () => {
    const { warnings, clockOffsetMs } = await start(0)
    expect([warnings, clockOffsetMs]).toEqual([[], 0])
  })
})

test('an agent is told of its own cameras’ reports, and of no others', async () => {
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
    await vi.waitFor(async () => expect(Date.parse((await ask(one))!)).toBeGreaterThan(0))
    expect(await ask(two)).toBe('refused')
  } finally {
    await other.remove()
  }
})
