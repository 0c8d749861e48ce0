import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Read, readReader } from '../../schemas/read.ts'
import { READS } from '../../schemas/streams.ts'
import { openClickHouse } from '../../vendor-sim/history/client.ts'
import { liveReads } from '../../vendor-sim/live.ts'
import { dayOf, passesBetween, startOfDay } from '../../vendor-sim/world/passes.ts'
import { createWorld, DEFAULT_WORLD } from '../../vendor-sim/world/world.ts'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { startProgram } from './program.ts'

/** The real program, the real broker and the real engine; processes are killed with SIGKILL. */

const world = createWorld(DEFAULT_WORLD)
let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

/** Rows, as merged, and different ids of the history in [from, to). */
async function storedIn(data: string, from: number, to: number): Promise<{ rows: number; ids: string[] }> {
  const client = await openClickHouse({ directory: data })
  const answer = await client.query({
    query: `SELECT count() AS rows, groupUniqArray(id) AS ids FROM reads FINAL
      WHERE seen_at >= fromUnixTimestamp64Milli({from:Int64}) AND seen_at < fromUnixTimestamp64Milli({to:Int64})`,
    query_params: { from, to },
    format: 'JSONEachRow',
  })
  const [found] = await answer.json<{ rows: string; ids: string[] }>()
  await client.close()
  return { rows: Number(found!.rows), ids: found!.ids }
}

describe('a vendor that is killed', () => {
  it('while it writes history neither loses nor doubles a read', async () => {
    const data = join(folder.path, 'seed')
    const days = 6
    const today = dayOf(Date.now())
    const args = ['vendor', 'seed', '--json', '--days', String(days), '--data', data]
    // Killed at different points of a day's work, each time after a further day was finished.
    for (const delay of [0, 60, 150]) {
      const program = startProgram(args, { SIGHTLINE_LOG: 'debug' })
      await program.logged('history is being written', 1)
      await sleep(delay)
      program.child.kill('SIGKILL')
      expect(await program.ended).toBe('SIGKILL')
    }
    const last = startProgram(args)
    expect(await last.ended).toBe(0)

    const [from, to] = [startOfDay(today - days), startOfDay(today)]
    const stored = await storedIn(data, from, to)
    const expected = [...passesBetween(world, from, to)].length
    expect(stored).toMatchObject({ rows: expected })
    expect(stored.ids).toHaveLength(expected)

    const again = startProgram(args)
    expect(await again.ended).toBe(0)
    const soFar = [...passesBetween(world, to, Date.now())].length
    expect(again.lines[0]!.reads).toBeLessThanOrEqual(soFar)
  }, 120_000)

  it('while it feeds the stream, and a broker that restarts, lose no read', async () => {
    const broker = await testBroker()
    try {
      const data = join(folder.path, 'live')
      const rate = 100
      const args = [
        'vendor',
        'run',
        '--json',
        '--days',
        '0',
        '--port',
        '0',
        '--rate',
        String(rate),
        '--data',
        data,
      ]
      args.push('--broker', broker.url, '--keys', broker.keys)
      const began = Date.now()
      const first = startProgram(args)
      await first.ready
      await sleep(1500)
      await broker.restart()
      await sleep(1500)
      first.child.kill('SIGKILL')
      await first.ended
      const second = startProgram(args)
      await second.ready
      await sleep(1500)
      second.child.kill('SIGTERM')
      expect(await second.ended).toBe(0)

      const published = await readsOf(broker)
      const until = Date.parse((await readFile(join(data, 'published-until'), 'utf8')).trim())
      const since = Math.min(...published.map(({ seenAt }) => Date.parse(seenAt)))
      const expected = liveReads(world, rate, since, until).filter(({ camera }) => camera.country === 'US')
      const ids = published.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(expected.length).toBeGreaterThan(3 * rate)
      expect(ids).toEqual(expect.arrayContaining(expected.map(({ id }) => id)))
      // From the first start on: no hole at the beginning either.
      expect(since - began).toBeLessThan(5000)

      const storedUntil = Date.parse((await readFile(join(data, 'stored-until'), 'utf8')).trim())
      const stored = await storedIn(data, since, storedUntil)
      expect(stored.ids).toHaveLength(stored.rows)
      const everywhere = liveReads(world, rate, since, storedUntil).map(({ id }) => id)
      expect(stored.ids.sort()).toEqual(everywhere.sort())
    } finally {
      await broker.remove()
    }
  }, 90_000)

  it('leaves its history to the next one, but a living one does not', async () => {
    const data = join(folder.path, 'owned')
    const owner = startProgram([
      'vendor',
      'run',
      '--json',
      '--rate',
      '0',
      '--days',
      '0',
      '--port',
      '0',
      '--data',
      data,
    ])
    await owner.ready
    const intruder = startProgram(['vendor', 'seed', '--json', '--days', '0', '--data', data])
    expect(await intruder.ended).toBe(69)
    expect(intruder.lines[0]).toMatchObject({ type: 'error', code: 'HISTORY_IN_USE' })
    owner.child.kill('SIGKILL')
    await owner.ended
    const heir = startProgram(['vendor', 'seed', '--json', '--days', '0', '--data', data])
    expect(await heir.ended).toBe(0)
  }, 30_000)
})

it('a ClickHouse that refuses ends the program with its code and status', async () => {
  const args = [
    'vendor',
    'run',
    '--json',
    '--rate',
    '0',
    '--port',
    '0',
    '--data',
    join(folder.path, 'refused'),
  ]
  const program = startProgram(args, { CLICKHOUSE_URL: 'http://127.0.0.1:1' })
  expect(await program.ended).toBe(69)
  expect(program.lines[0]).toMatchObject({ type: 'error', code: 'HISTORY_UNAVAILABLE' })
})

it('a camera without a folder for its frames is a wrong use', async () => {
  const program = startProgram(['vendor', 'run', '--json', '--camera', 'gate-1', '--data', folder.path])
  expect(await program.ended).toBe(64)
  expect(program.lines[0]).toMatchObject({ type: 'error', code: 'USAGE' })
})

/** Everything on the stream of reads. */
async function readsOf(broker: TestBroker): Promise<Read[]> {
  const connection = await broker.as('admin')
  const { state } = await (await jetstreamManager(connection)).streams.info(READS)
  const consumer = await jetstream(connection).consumers.get(READS, {})
  const reads: Read[] = []
  for await (const message of await consumer.consume()) {
    reads.push(readReader.parseJson(message.data))
    if (reads.length === state.messages) break
  }
  return reads
}
