import type { Read } from '@sightline/schemas/read'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { type BenchFrame, frameOf, openSpools, sight, startBench, takeReads } from './bench.ts'

/** A recording comes from its first frame on each time that it is opened: what was worked on gives nothing again. */

const BEGIN = Date.parse('2026-11-24T03:05:00.000Z')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

/** A vehicle that comes by, and the empty road after it; a second between frames. */
const passing = (plate: string, begin: number): BenchFrame[] =>
  Array.from({ length: 10 }, (_, n) =>
    frameOf('recording', BEGIN + begin + n * 1000, n < 5 ? [sight(plate, 12 - n)] : []),
  )

/** One run of the agent. @param stopAt number of frames after which it is stopped */
async function run(frames: readonly BenchFrame[], stopAt = frames.length): Promise<Read[]> {
  const spools = await openSpools(folder.path)
  const { camera, feed, end } = startBench({ spools, resumes: 'all' })
  for (const frame of frames.slice(0, stopAt)) feed(frame)
  if (stopAt === frames.length) {
    end()
    await camera.done
  } else await camera.close()
  const reads = await takeReads(spools.reads)
  await spools.reads.close()
  await spools.pictures.close()
  return reads
}

const platesOf = (reads: readonly Read[]) => reads.map(({ plate }) => plate)

test('only the new part of a longer recording is read', async () => {
  const first = passing('7ABC123', 0)
  expect(platesOf(await run(first))).toEqual(['7ABC123'])
  expect(platesOf(await run([...first, ...passing('8XYZ456', 10_000)]))).toEqual(['8XYZ456'])
})

test('a recording whose time steps back, as where recordings were joined, is read once', async () => {
  const joined = [
    ...passing('7ABC123', 0),
    ...passing('5DEF789', 60_000),
    ...passing('6GHJ012', 120_000),
    ...passing('8XYZ456', -3_600_000),
  ]
  expect(platesOf(await run(joined))).toEqual(['7ABC123', '5DEF789', '6GHJ012', '8XYZ456'])
  expect(platesOf(await run(joined))).toEqual([])
})

test('a run that is stopped before it reached the end of the last one changes nothing', async () => {
  const frames = [...passing('7ABC123', 0), ...passing('5DEF789', 60_000), ...passing('8XYZ456', 120_000)]
  await run(frames)
  expect(await run(frames, 3)).toEqual([])
  expect(await run(frames)).toEqual([])
})
