import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { type Read, readParser } from '@sightline/schemas/read'
import { readStream } from '@sightline/schemas/streams'
import { worldOfReads } from '@sightline/vendor-sim/history/seed'
import { type HistoryPlace, openHistory } from '@sightline/vendor-sim/history/store'
import { simulatedReads } from '@sightline/vendor-sim/simulation/reads'
import { openSimulation } from '@sightline/vendor-sim/simulation/simulation'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { quiet, readsManager, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { startClickHouse } from '../support/clickhouse/start.ts'
import { testPlace } from '../support/history.ts'
import { isLong } from '../support/long.ts'
import { startProgram } from './program.ts'

/**
 * The real program, the real broker and the real engine, embedded or on the server of CLICKHOUSE_URL; processes are
 * killed with SIGKILL.
 */

/** Of the live feed: more than three seconds' reads of the agency's are compared, after a second at its start. */
const ENOUGH_MS = 9000

const world = createWorld(DEFAULT_WORLD)

/** Of the past: enough that writing a year of it takes longer than a kill, and no more. */
const PAST = { reads: 300_000, days: 380 }
const pastWorld = createWorld({ ...DEFAULT_WORLD, ...worldOfReads(PAST.reads, PAST.days) })
let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

/** Where the history is, for a program; without an address it is in `--data`. */
const envOf = ({ url = '' }: HistoryPlace) => ({ CLICKHOUSE_URL: url })

/** Keys of the history's reads in [from, to), each row one, and what the world holds there. */
async function storedIn(place: HistoryPlace, rate: number, from: number, to: number) {
  const history = await openHistory(place, quiet)
  try {
    const simulation = await openSimulation(history, world, { rate })
    const rows = await history.select<{ plate: string; seen_at: string; reader: number }>(
      `SELECT plate, seen_at, reader FROM reads
      WHERE seen_at >= fromUnixTimestamp64Milli({from:Int64}) AND seen_at < fromUnixTimestamp64Milli({to:Int64})`,
      { from, to },
    )
    const reads = await simulation.reads({ from, to })
    return {
      stored: rows
        .map((row) => `${row.plate} ${row.seen_at} ${history.registrations.byNumber(row.reader).camera.id}`)
        .sort(),
      expected: reads.map((read) => `${read.plate} ${read.seenAt} ${read.camera.id}`).sort(),
      reads,
    }
  } finally {
    await history.close()
  }
}

interface PositionFile {
  since: number
  at: number
}
const positionOf = async (data: string, name: string): Promise<PositionFile> =>
  JSON.parse(await readFile(join(data, name), 'utf8'))

/** Until so much of the time since its beginning is in the stream. */
const publishedFor = (data: string, ms: number) =>
  vi.waitFor(
    async () => {
      const { since, at } = await positionOf(data, 'published-until')
      expect(at - since).toBeGreaterThan(ms)
    },
    { timeout: 60_000, interval: 50 },
  )

describe('a vendor that is killed', () => {
  // A server goes on with what a killed process has left under way.
  it.each(process.env.CLICKHOUSE_URL ? ['a server'] : ['the embedded engine', 'a server'])(
    'while it writes history on %s neither loses nor repeats a read',
    async (engine) => {
      const standIn =
        engine === 'a server' && !process.env.CLICKHOUSE_URL ? await startClickHouse() : undefined
      const { place, remove } = await testPlace(standIn?.url)
      const data = place.directory
      const began = Date.now()
      const amount = ['--reads', String(PAST.reads), '--days', String(PAST.days)]
      const args = ['vendor', 'seed', '--json', ...amount, '--data', data]
      // A piece is what lies in one year; killed at the beginning of one, and in the midst of the next.
      for (const delay of [0, 50]) {
        const program = startProgram(args, { ...envOf(place), SIGHTLINE_LOG: 'debug' })
        await program.logged('writing history', 1)
        await sleep(delay)
        program.child.kill('SIGKILL')
        expect(await program.ended).toBe('SIGKILL')
      }
      const last = startProgram(args, envOf(place))
      expect(await last.ended).toBe(0)
      const history = await openHistory(place, quiet)
      const [from, to] = [began - 370 * 86_400_000, began]
      // Some hundred thousand reads: the engine adds up a hash of each key, which no loss and no double leaves as it is.
      const sums = (table: string) =>
        history.select(
          `SELECT count() AS reads, sum(cityHash64(plate, seen_at, reader)) AS keys FROM ${table}
        WHERE seen_at >= fromUnixTimestamp64Milli({from:Int64}) AND seen_at < fromUnixTimestamp64Milli({to:Int64})`,
          { from, to },
        )
      const stored = await sums('reads')
      const expected = await sums(
        `(${simulatedReads({ world: pastWorld.name, seed: pastWorld.seed, from, to })})`,
      )
      await history.close()
      await remove()
      await standIn?.stop()
      expect(stored).toEqual(expected)
    },
    600_000,
  )

  it.each([
    ['follows the clock', [], [300]],
    ['consumes its reads from the stream', ['--ingest-as', 'matcher'], [900]],
  ])(
    'while it feeds stream and history and %s, neither loses nor repeats a read',
    async (_, more, delays) => {
      const broker = await testBroker()
      const { place, remove } = await testPlace()
      try {
        const data = place.directory
        const rate = 100
        const args = [
          ...['vendor', 'run', '--json', '--days', '0', '--port', '0', '--rate', String(rate), '--seed', '1'],
          ...['--data', data, '--broker', broker.url, '--keys', broker.keys, ...more],
        ]
        const first = startProgram(args, envOf(place))
        await first.ready
        await publishedFor(data, 2000)
        await broker.restart()
        await publishedFor(data, 4000)
        // Killed at several instants of its batches.
        first.child.kill('SIGKILL')
        await first.ended
        for (const delay of isLong ? [300, 900] : delays) {
          const next = startProgram(args, envOf(place))
          await next.ready
          await sleep(delay)
          next.child.kill('SIGKILL')
          await next.ended
        }
        const last = startProgram(args, envOf(place))
        await last.ready
        // By progress, not by the clock: a busy machine takes longer for as much.
        await vi.waitFor(
          async () => {
            const { since, at } = await positionOf(data, 'published-until')
            const { at: storedAt } = await positionOf(data, 'stored-until')
            expect(Math.min(at, storedAt) - since).toBeGreaterThan(ENOUGH_MS)
          },
          { timeout: 60_000, interval: 250 },
        )
        const { since, at } = await positionOf(data, 'published-until')
        const { at: storedAt } = await positionOf(data, 'stored-until')
        if (more.length > 0) {
          // What the stream holds by now comes into the history by way of it, a batch later or two.
          const inStream = await lastSequence(broker)
          await vi.waitFor(
            async () =>
              expect((await positionOf(data, 'ingested-until')).at).toBeGreaterThanOrEqual(inStream),
            { timeout: 60_000, interval: 250 },
          )
        }
        last.child.kill('SIGTERM')
        expect(await last.ended).toBe(0)

        const published = await readsOf(broker)
        const ids = published.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)

        const until = Math.min(at, storedAt)
        const { stored, expected, reads } = await storedIn(place, rate, since + 1000, until)
        const visible = reads.filter(({ camera }) => camera.country === 'US')
        expect(visible.length).toBeGreaterThan(3 * rate)
        expect(ids).toEqual(expect.arrayContaining(visible.map(({ id }) => id)))
        // The world may let a vehicle pass a camera twice in one second: one id, and so one message of the stream.
        expect(stored).toEqual(more.length > 0 ? [...new Set(expected)] : expected)
      } finally {
        await broker.remove()
        await remove()
      }
    },
    300_000,
  )

  it('leaves its history to the next one, but a running one does not, in the embedded engine', async () => {
    const env = envOf({ directory: '' })
    const data = join(folder.path, 'owned')
    const owner = startProgram(
      ['vendor', 'run', '--json', '--rate', '0', '--days', '0', '--port', '0', '--data', data],
      env,
    )
    await owner.ready
    const intruder = startProgram(['vendor', 'seed', '--json', '--days', '0', '--data', data], env)
    expect(await intruder.ended).toBe(69)
    expect(intruder.lines[0]).toMatchObject({ type: 'error', code: 'HISTORY_IN_USE' })
    owner.child.kill('SIGKILL')
    await owner.ended
    const heir = startProgram(['vendor', 'seed', '--json', '--days', '0', '--data', data], env)
    expect(await heir.ended).toBe(0)
  })
})

it('when ClickHouse refuses, the program ends with its code and status', async () => {
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

it('a camera without a folder for its frames is a usage error', async () => {
  const program = startProgram(['vendor', 'run', '--json', '--camera', 'gate-1', '--data', folder.path])
  expect(await program.ended).toBe(64)
  expect(program.lines[0]).toMatchObject({ type: 'error', code: 'USAGE' })
})

/** How far the stream of reads has come. */
async function lastSequence(broker: TestBroker): Promise<number> {
  const manager = await readsManager(await broker.as('admin'))
  return (await manager.streams.info(readStream('sim'))).state.last_seq
}

/** Everything on the stream of reads. */
async function readsOf(broker: TestBroker): Promise<Read[]> {
  const connection = await broker.as('matcher')
  const { state } = await (await jetstreamManager(connection)).streams.info(readStream('sim'))
  const consumer = await jetstream(connection).consumers.get(readStream('sim'), {})
  const reads: Read[] = []
  for await (const message of await consumer.consume()) {
    reads.push(readParser.parseJson(message.data))
    if (reads.length === state.messages) break
  }
  return reads
}
