import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { configuredCameras } from '@sightline/edge-agent/command/cameras'
import { type EdgeAgent, startEdgeAgent } from '@sightline/edge-agent/main'
import { endRejected } from '@sightline/edge-agent/spool/rejected'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { freePort } from '../containers/host.ts'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { engineOf } from './camera/bench.ts'

/** What is set aside holds plates: it ends by days, whatever else comes, whatever became of its camera. */

const DAY_MS = 86_400_000
let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let agent: EdgeAgent | undefined
const at = (...names: string[]) => join(folder.path, ...names)
beforeEach(async () => {
  broker = await testBroker()
  folder = await temporaryFolder()
})
afterEach(async () => {
  await agent?.close()
  agent = undefined
  await broker.remove()
  await folder.remove()
})

/** @param days after today; @param rules of the pictures of both cameras */
async function runAfter(days: number, rules: { days?: number } = {}, ids = ['reader-1', 'folder-1']) {
  await agent?.close()
  const fixed = { owner: 'A', ownerType: 'agency', kind: 'fixed', pictures: rules }
  const listen = { host: '127.0.0.1', port: await freePort() }
  const sources = {
    'reader-1': { type: 'events', make: 'axis', listen, secret: 'abcdefghijklmnop' },
    'folder-1': { type: 'folder', path: at('in') },
  }
  const cameras = Object.entries(sources).map(([id, source]) => ({ id, ...fixed, source }))
  await writeFile(at('edge.json'), JSON.stringify({ cameras: cameras.filter(({ id }) => ids.includes(id)) }))
  agent = await startEdgeAgent({
    ...{ servers: broker.url, keys: broker.keys, user: 'edge', engine: engineOf(), minConfidence: 0 },
    ...{ spool: at('spool'), spoolBytes: 1e8, agentVersion: 'test', log: quiet },
    cameras: await configuredCameras(at('edge.json')),
    clock: () => Date.now() + days * DAY_MS,
  })
}

/** Folder by folder: whether a recursive listing follows links depends on the version of Node. */
const kept = async () => {
  const folders = ['spool/rejected/reader-1', 'in/rejected', 'in/rejected/day']
  return (await Promise.all(folders.map((path) => readdir(at(path)).catch(() => [])))).flat()
}

/** What both cameras have set aside, beside a file of somebody else that a link in the folder leads to. */
async function setAside(): Promise<void> {
  for (const place of ['spool/rejected/reader-1', 'in/rejected/day', 'else'])
    await mkdir(at(place), { recursive: true })
  await writeFile(at('else', 'mine.txt'), 'mine')
  await symlink(at('else'), at('in', 'rejected', 'link'))
  for (const name of ['spool/rejected/reader-1/2026', 'in/rejected/1.jpg', 'in/rejected/day/2.jpg']) {
    await writeFile(at(name), 'x')
    await writeFile(at(`${name}.json`), '{}')
  }
}

test.each([
  ['two weeks, where nothing is said', {}, 13, 15],
  ['the days of the pictures, if those are fewer', { days: 3 }, 2, 4],
  ['two weeks, where pictures live for longer', { days: 30 }, 13, 15],
])('what was set aside is deleted after %s', async (_what, rules, before, after) => {
  await setAside()
  await runAfter(before, rules)
  await new Promise((wait) => setTimeout(wait, 300))
  expect(await kept()).toHaveLength(8)
  await runAfter(after, rules)
  await vi.waitFor(async () => expect(await kept()).toEqual([]), 30_000)
  expect(await readdir(at('else'))).toEqual(['mine.txt'])
})

test('also for a camera that no longer exists', async () => {
  await setAside()
  await runAfter(15, {}, ['folder-1'])
  await vi.waitFor(async () => expect(await readdir(at('spool', 'rejected'))).toEqual([]), 30_000)
})

test('a folder that is a link is left alone', async () => {
  await mkdir(at('else'))
  await writeFile(at('else', 'mine.txt'), 'mine')
  await mkdir(at('in'))
  await symlink(at('else'), at('in', 'rejected'))
  await runAfter(100)
  await new Promise((wait) => setTimeout(wait, 300))
  expect(await readdir(at('else'))).toEqual(['mine.txt'])
})

test.skipIf(process.platform !== 'linux')('for one camera, even if another’s cannot be deleted', async () => {
  await mkdir(at('mine/day'), { recursive: true })
  await writeFile(at('mine/day/1.jpg'), 'x')
  // Nobody deletes the files of the kernel.
  const folders = ['/proc/self/fdinfo', at('mine')].map((path) => ({ folder: path, days: undefined }))
  const end = endRejected(
    async () => folders,
    () => Date.now() + 100 * DAY_MS,
    quiet,
  )
  await vi.waitFor(async () => expect(await readdir(folder.path)).not.toContain('mine'), 30_000).finally(end)
})
