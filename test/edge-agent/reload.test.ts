import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { configuredCameras } from '@sightline/edge-agent/command/cameras'
import { followConfig } from '@sightline/edge-agent/command/follow-config'
import { zonesOf } from '@sightline/edge-agent/command/zones'
import { type EdgeAgent, startEdgeAgent } from '@sightline/edge-agent/main'
import { startStatusPage } from '@sightline/edge-agent/status/main'
import type { Zones } from '@sightline/edge-agent/zones/zones'
import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { engineOf } from './camera/bench.ts'

/** A configuration that changes on the disk, under a running agent. */

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let agent: EdgeAgent
let following: ReturnType<typeof followConfig>
let path: string
const TOKEN = 'a-token-of-the-test-0123456789'
const lines: string[] = []

const camera = (id: string, owner = 'Harbor Parking LLC') => `
  - id: ${id}
    owner: ${owner}
    ownerType: private-business
    kind: fixed
    source: { type: folder, path: ${join(folder.path, id)} }`
const config = (...cameras: string[]) => `cameras:${cameras.join('')}\n`

beforeEach(async () => {
  broker = await testBroker({ vendors: [], edges: { edge: ['north', 'south', 'van'] } })
  folder = await temporaryFolder()
  await mkdir(join(folder.path, 'etc'))
  path = join(folder.path, 'etc', 'edge.yaml')
  await writeFile(path, config(camera('north'), camera('south')))
  agent = await startEdgeAgent({
    ...{ servers: broker.url, keys: broker.keys, user: 'edge', engine: engineOf(), minConfidence: 0 },
    ...{ spool: join(folder.path, 'spool'), spoolBytes: 1e8, agentVersion: 'test', log: quiet },
    cameras: await configuredCameras(path),
  })
  lines.length = 0
  const log = pino(new Writable({ write: (chunk, _, next) => next(void lines.push(String(chunk))) }))
  following = followConfig(path, agent, log)
  await following.ready
})
afterEach(async () => {
  await following.close()
  await agent.close()
  await broker.remove()
  await folder.remove()
})

/** When each camera was started: one that runs on keeps its instant. */
const starts = () => Object.fromEntries(agent.health().map(({ camera, startedAt }) => [camera, startedAt]))
const soon = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 50 })

test('a camera is added, changed, removed; unchanged ones continue', async () => {
  const before = starts()
  await writeFile(path, config(camera('north'), camera('south', 'Someone Else'), camera('van')))
  await soon(() => expect(Object.keys(starts()).sort()).toEqual(['north', 'south', 'van']))
  const between = starts()
  expect(between.north).toBe(before.north)
  expect(between.south).not.toBe(before.south)

  // As configuration managers do it: another file takes its place.
  await writeFile(`${path}.new`, config(camera('north'), camera('van')))
  await rename(`${path}.new`, path)
  await soon(() => expect(Object.keys(starts()).sort()).toEqual(['north', 'van']))
  expect(starts()).toEqual({ north: before.north, van: between.van })
})

test('an invalid file is refused with its line, and all cameras continue', async () => {
  const before = starts()
  await writeFile(path, config(camera('north'), camera('north')))
  await soon(() =>
    expect(lines.join()).toContain('edge.yaml:7: cameras.1.id: north is the camera of line 2 already'),
  )
  expect(starts()).toEqual(before)
  await writeFile(path, config(camera('south')))
  await soon(() => expect(starts()).toEqual({ south: before.south }))
})

test('zones drawn on the status page apply at once, and no camera is restarted', async () => {
  const before = starts()
  const zonesOfNorth = () => agent.views().find(({ id }) => id === 'north')?.zones
  const zones = { line: { from: [0.1, 0.5], to: [0.9, 0.5] } } satisfies Zones
  const page = await startStatusPage({
    ...{ port: 0, log: quiet, cameras: agent.views },
    changeZones: { token: TOKEN, store: zonesOf(path) },
  })
  try {
    const put = await fetch(`${page.url}cameras/north/zones`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(zones),
    })
    expect(put.status).toBe(204)
    await soon(() => expect(zonesOfNorth()).toEqual(zones))
    expect(starts()).toEqual(before)
  } finally {
    await page.close()
  }
})

test('after all cameras were removed one by one, new ones can be added', async () => {
  let ended = false
  void agent.done.then(() => {
    ended = true
  })
  await writeFile(path, config(camera('van')))
  await soon(() => expect(Object.keys(starts())).toEqual(['van']))
  expect(ended).toBe(false)
})
