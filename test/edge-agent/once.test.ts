import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSpool } from '@sightline/edge-agent/spool/spool'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { storedReads } from '../support/edge.ts'
import { runProgram } from '../support/killed.ts'
import { aRead, gate } from '../support/reads.ts'

/** `edge run --once`, as its own process. */

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let frames: string
beforeEach(async () => {
  broker = await testBroker()
  folder = await temporaryFolder()
  frames = join(folder.path, 'frames')
  await mkdir(frames)
})
afterEach(async () => {
  await broker.remove()
  await folder.remove()
})

const run = (...args: string[]) =>
  runProgram([
    ...['edge', 'run', '--broker', broker.url, '--keys', broker.keys, '--spool', join(folder.path, 'spool')],
    ...['--state', join(folder.path, 'state'), ...args],
  ])

/** Leaves reads in the spool, as a run does whose broker was away. */
async function leaveReads(count: number): Promise<string[]> {
  const spool = await openSpool({ folder: join(folder.path, 'spool/reads'), maxBytes: 1e8, log: quiet })
  const reads = Array.from({ length: count }, (_, n) => aRead({ seenAt: `2026-11-24T03:05:0${n}.000Z` }))
  for (const read of reads)
    await spool.append({ camera: gate.id, id: read.id, payload: Buffer.from(JSON.stringify(read)) })
  await spool.close()
  return reads.map(({ id }) => id)
}

/** Longer than an agent waits for its broker at its start, ms: it reads all the same. */
const AWAY_MS = 6_000

test('--once on an empty folder delivers what an earlier run left before it says that there is no picture', async () => {
  const ids = await leaveReads(3)
  await broker.stop()
  const running = run('--once', '--consume', '--frames', frames, '--json')
  await sleep(AWAY_MS)
  await broker.restart()
  const { status, said } = await running
  expect(
    (await storedReads(broker)).map(({ id }) => id),
    said,
  ).toEqual(ids)
  expect([status, said]).toEqual([66, expect.stringContaining('NO_PICTURES')])
})

test('an unreadable recording does not keep back what an earlier run left', async () => {
  const ids = await leaveReads(2)
  const config = join(folder.path, 'edge.yaml')
  const source = `{ type: file, path: ${join(folder.path, 'none.mp4')} }`
  const camera = `{ id: ${gate.id}, owner: A, ownerType: agency, kind: fixed, source: ${source} }`
  await writeFile(config, `cameras: [${camera}]`)
  const { status, said } = await run('--config', config)
  expect((await storedReads(broker)).map(({ id }) => id)).toEqual(ids)
  expect(status).not.toBe(0)
  expect(said).toContain('SOURCE_')
})
