import { getEventListeners } from 'node:events'
import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { DISPLAYS } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readsManager } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { runInProcess } from '../support/in-process.ts'
import { bodyOf, caseNaming, json, publishAlerts, type Rig, startRig } from './harness.ts'

/**
 * Nothing is left behind by any route or command: no consumer at the broker (a server refuses new ones beyond a limit), and
 * in the process no descriptor, timer or listener. The routes are those of the running api, so a new one is included by itself.
 */

/** How often each is called between the two counts: what each call leaves behind is told from what the first one sets up. */
const TIMES = 4

let rig: Rig
let managers: JetStreamManager[]
/** Signals on which somebody listens. One that a request made is gone with the request. */
const signals = new Set<WeakRef<AbortSignal>>()
let caseId: string

beforeAll(async () => {
  const add = AbortSignal.prototype.addEventListener
  const known = new WeakSet<AbortSignal>()
  vi.spyOn(AbortSignal.prototype, 'addEventListener').mockImplementation(function (
    this: AbortSignal,
    ...args
  ) {
    if (!known.has(this)) signals.add(new WeakRef(this))
    known.add(this)
    return add.apply(this, args as Parameters<typeof add>)
  })
  rig = await startRig()
  managers = [await jetstreamManager(rig.admin), await readsManager(rig.admin)]
  await publishAlerts(rig, 0, 3)
  await (await new Kvm(jetstream(rig.admin)).open(DISPLAYS)).put('d1', JSON.stringify(aDisplay()))
  caseId = (await bodyOf<{ id: string }>(rig.call('/v1/cases', json(caseNaming(['7ABC123']))))).id
})
afterAll(async () => {
  await rig?.close()
  vi.restoreAllMocks()
})

/** Consumers of each stream that has any. */
async function consumers(): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const manager of managers) {
    for await (const { config, state } of manager.streams.list())
      if (state.consumer_count > 0) found[config.name] = state.consumer_count
  }
  return found
}

/** What this process holds, in which the api runs. */
function held() {
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const onProcess = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  return { descriptors: readdirSync('/proc/self/fd').length, timers, onProcess }
}

/** How many listen on signals that live on: those that were there at the first count. */
function listeners(of: readonly AbortSignal[]): number {
  return of.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0)
}
const living = () => [...signals].flatMap((ref) => ref.deref() ?? []).filter(({ aborted }) => !aborted)

/** Does something once to set up what it sets up, then `TIMES` times, after which nothing more may be there. */
async function leavesNothing(act: () => Promise<unknown>): Promise<void> {
  await act()
  // What the first one has opened closes by itself.
  await settled()
  const signalsBefore = living()
  const before = { ...(await settled()), listeners: listeners(signalsBefore) }
  // Some timers come and go; those that stay are the least of some moments.
  for (let n = 0; n < 10; n++) {
    await pause(30)
    before.timers = Math.min(before.timers, held().timers)
  }
  for (let n = 0; n < TIMES; n++) await act()
  await expect
    .poll(async () => {
      const now = { consumers: await consumers(), ...held(), listeners: listeners(signalsBefore) }
      // Fewer is nothing left behind, and a timer of the server's own may run now and not then.
      const least = (name: 'descriptors' | 'timers' | 'onProcess' | 'listeners') =>
        now[name] < before[name] + (name === 'timers' ? TIMES / 2 : 1) ? before[name] : now[name]
      // What was there for a moment at the first count may be gone.
      const gone = Object.entries(before.consumers).filter(
        ([name, count]) => (now.consumers[name] ?? 0) < count,
      )
      return {
        consumers: { ...now.consumers, ...Object.fromEntries(gone) },
        descriptors: least('descriptors'),
        timers: least('timers'),
        onProcess: least('onProcess'),
        listeners: least('listeners'),
      }
    })
    .toEqual(before)
}

/** The counts when two in a row are the same. */
async function settled() {
  let last = ''
  return vi.waitFor(
    async () => {
      const now = { consumers: await consumers(), ...held() }
      const text = JSON.stringify(now)
      const before = last
      last = text
      expect(text).toBe(before)
      return now
    },
    { timeout: 30_000, interval: 100 },
  )
}

/** A request with a connection of its own, which ends with it; a stream of events is left after its first bytes. */
function get(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${rig.api.token}` }
    const asking = request(`${rig.api.url}${path}`, { headers, agent: false }, (answer) => {
      const isStream = answer.headers['content-type']?.startsWith('text/event-stream')
      answer.on('data', () => isStream && asking.destroy())
      answer.once('close', () => resolve(answer.statusCode ?? 0))
      answer.once('error', () => {})
    })
    asking.once('error', reject)
    asking.end()
  })
}

/** Addresses with things that are there, where there are such things. */
function addressOf(path: string): string {
  const filled = path
    .replace('/displays/{id}', '/displays/d1')
    .replace('/cases/{id}', `/cases/${caseId}`)
    .replace('/alerts/{sequence}', '/alerts/1')
    .replace('/audit/{number}', '/audit/1')
    .replaceAll(/\{\w+\}/g, 'not-there')
  const query = filled.endsWith('/precision') ? '?by=camera' : filled.endsWith('/export') ? '?format=csv' : ''
  return filled + query
}

it('no route to read leaves anything behind', async () => {
  const { paths } = await bodyOf<{ paths: Record<string, object> }>(fetch(`${rig.api.url}/openapi.json`))
  const routes = Object.keys(paths).filter((path) => 'get' in paths[path]!)
  expect(routes.length).toBeGreaterThan(40)
  const statuses = new Map<string, number>()
  await leavesNothing(async () => {
    for (const path of routes) statuses.set(path, await get(addressOf(path)))
  })
  // Most have done what they are there for.
  const done = routes.filter((path) => statuses.get(path) === 200)
  expect(done.length).toBeGreaterThan(30)
  for (const path of ['/v1/alerts', '/v1/alerts/stream', '/v1/displays/{id}/history', '/v1/cases/{id}/saved'])
    expect([path, statuses.get(path)]).toEqual([path, 200])
})

describe('no command leaves anything behind', () => {
  const at = () => ['--broker', rig.broker.url, '--keys', rig.broker.keys]
  const token = () => ['--api', rig.api.url, '--token-file', rig.api.tokenPath!]
  it.each([
    [
      'broker declare',
      'broker',
      () => import('@sightline/cli/commands/broker'),
      () => ['declare', '--storage-gib', '1', ...at()],
    ],
    [
      'audit export',
      'audit',
      () => import('@sightline/cli/commands/audit'),
      () => ['export', '--out', join(rig.dataDir, 'export'), ...at()],
    ],
    ['edge agents', 'edge', () => import('@sightline/edge-agent/command/edge'), () => ['agents', ...token()]],
  ])('%s', async (_what, name, load, args) => {
    const said: string[] = []
    await leavesNothing(async () => {
      const { status, stdout, stderr } = await runInProcess(name, load, args())
      said.push(status === 0 ? '' : stdout + stderr)
    })
    expect(said.join('')).toBe('')
  })
})

it('an api that is closed takes all of its consumers with it', async () => {
  const before = await consumers()
  const second = await rig.startApi()
  expect(Object.values(await consumers()).length).toBeGreaterThan(0)
  await vi.waitFor(async () => expect(await consumers()).not.toEqual(before), 30_000)
  await second.close()
  await expect.poll(consumers).toEqual(before)
})
