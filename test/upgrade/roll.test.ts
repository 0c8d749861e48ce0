import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connectBroker } from '@sightline/broker/connect'
import { findServer } from '@sightline/broker/find-server'
import { freePort } from '@sightline/broker/free-port'
import { openLink } from '@sightline/broker/link'
import { type Call, signOn } from '@sightline/cli/sign-on'
import type { Line } from '@sightline/cli/soak/account'
import { type Analyst, startAnalyst } from '@sightline/cli/soak/analyst'
import { auditLine } from '@sightline/cli/soak/audit-line'
import { startCameras } from '@sightline/cli/soak/cameras'
import { root } from '@sightline/runtime/root'
import { type Service, supervise } from '@sightline/runtime/supervise'
import type { Alert } from '@sightline/schemas/alert'
import { REJECTS } from '@sightline/schemas/streams'
import { REJECT_HEADERS } from '@sightline/schemas/subjects'
import { expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { isLong } from '../support/long.ts'
import { accountOf } from './account.ts'
import { INSTALLED, installOlder } from './older-version.ts'

const run = promisify(execFile)
const NOW = join(root, 'cli/dist/main.js')
const NODES = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
const PATIENT = { timeout: 180_000, interval: 500 }
/** Cameras of each host. */
const HOSTS = { 'edge-1': ['gate-1', 'gate-2'], 'edge-2': ['gate-3'] }
type Host = keyof typeof HOSTS
const CAMERAS = Object.values(HOSTS).flat()
/** Reads and hits of each analyst after each step. */
const TRAFFIC = { reads: 30, hits: 2 }
/** Vehicles of which the plate readers say the color, under its older name or its present one. */
const hasColor = (vehicle: number) => vehicle % 2 === 0
const FACTS = {
  ...{ vehicle: { type: 'Sedan', score: 0.9 }, color: [{ color: 'silver', score: 0.8 }] },
  model_make: [{ make: 'Honda', model: 'Civic', score: 0.7 }],
}

// It installs the older version: the long form alone (`./sightline test --long upgrade`).
test.runIf(isLong)(
  'a cluster is upgraded node by node and process by process, and goes back, without losing or doubling anything',
  { timeout: 1_800_000 },
  async () => {
    const folder = await temporaryFolder()
    const at = (name: string) => join(folder.path, name)
    const older = INSTALLED ?? (await installOlder(at('older')))
    await mkdir(at('logs'))
    const cluster = await openCluster(at('cluster'))
    const restarts: string[] = []
    const running = new Map<string, Service>()
    const over = new AbortController()
    try {
      await cluster.init(older)
      for (const node of NODES) await cluster.start(node)
      await cluster.isWell()
      await cluster.declare(older)
      const ports = { 'api-1': await freePort(), 'api-2': await freePort() }
      const hostPorts = { 'edge-1': await freePort(), 'edge-2': await freePort() }
      for (const host of Object.keys(HOSTS) as Host[])
        await writeFile(at(`${host}.json`), configOf(host, hostPorts[host]), { mode: 0o600 })
      const link = (user: string) => ['--broker', cluster.urls.join(), '--keys', cluster.keysOf(user)]
      const api = (name: keyof typeof ports) => [
        ...['api', 'run', ...link('api'), '--port', String(ports[name]), '--data', at('api'), '--dev-token'],
      ]
      const edge = (host: Host) => [
        ...['edge', 'run', ...link('edge'), '--config', at(`${host}.json`)],
        ...['--spool', at(`${host}-spool`), '--state', at(`${host}-state`)],
      ]
      const parts = {
        'matcher-1': ['matcher', 'run', ...link('matcher'), '--name', 'matcher-1'],
        'matcher-2': ['matcher', 'run', ...link('matcher'), '--name', 'matcher-2'],
        'api-1': api('api-1'),
        'api-2': api('api-2'),
        'edge-1': edge('edge-1'),
        'edge-2': edge('edge-2'),
      }
      type Part = keyof typeof parts
      const put = async (name: Part, program: string) => {
        await running.get(name)?.stop()
        const onRestart = () => restarts.push(name)
        running.set(name, await supervise({ name, args: parts[name], program, logs: at('logs'), onRestart }))
      }
      // One api alone: two of that version stop the audit log of a cluster on nats-server 2.15 (c33a16b3).
      for (const name of ['matcher-1', 'matcher-2', 'api-1', 'edge-1', 'edge-2'] as const)
        await put(name, older)

      const token = (await readFile(at('api/dev-token'), 'utf8')).trim()
      let saysColor = false
      const traffic = startCameras({
        ...{ seed: 1, duration: 1_200_000, rate: 12, signal: over.signal },
        factsOf: (vehicle) => (saysColor && hasColor(vehicle) ? FACTS : {}),
        cameras: (Object.keys(HOSTS) as Host[]).flatMap((host) =>
          HOSTS[host].map((id) => ({ id, url: addressOf(host, hostPorts[host], id) })),
        ),
      })
      const refused: string[] = []
      const analysts: Analyst[] = []
      const arrive = async (person: string, name: keyof typeof ports) => {
        const enter = () => signOn(`http://127.0.0.1:${ports[name]}`, token, person)
        const analyst = await startAnalyst({
          ...{ person, everyMs: 1000, searches: false, signal: over.signal, enter },
          ...{ newVehicle: traffic.newVehicle, onDisplay: traffic.plant },
          onRefusal: (what, error) => refused.push(`${person} ${what}: ${error.message}`),
        })
        analysts.push(analyst)
        return { analyst, enter }
      }
      const address = { servers: cluster.urls, keys: cluster.keysOf('admin'), user: 'admin' }
      const admin = await connectBroker(address, quiet)
      const { manager } = await openLink(admin)
      const sam = await arrive('sam-okafor', 'api-1')

      /** Traffic goes on after a step, and each planted hit is an alert. @returns how many of them api-1 does not show */
      const more = async (step: string, mayHide = true): Promise<number> => {
        const begun = performance.now()
        const reads = traffic.taken.size
        const hits = sam.analyst.watched.size
        await vi.waitFor(() => {
          expect(traffic.taken.size).toBeGreaterThan(reads + TRAFFIC.reads)
          expect(sam.analyst.watched.size).toBeGreaterThan(hits + TRAFFIC.hits)
        }, PATIENT)
        const due = analysts.flatMap(({ watched }) => [...watched.keys()])
        const wrong = async () => (await accountOf(admin, traffic, analysts)).flatMap(lost)
        await vi.waitFor(async () => expect(await wrong()).toEqual([]), PATIENT)
        const hidden = await vi.waitFor(async () => {
          const shown = await shownBy(await sam.enter())
          const { length } = due.filter((display) => !shown.has(display))
          if (!mayHide) expect([step, length]).toEqual([step, 0])
          return length
        }, PATIENT)
        const { messages: rejects } = (await manager.streams.info(REJECTS)).state
        const seconds = Math.round((performance.now() - begun) / 1000)
        note(step, { seconds, reads: traffic.taken.size, hits: due.length, hidden, rejects })
        return hidden
      }
      const all = (step: string) => more(step, false)

      await all('all of the older version')
      await put('edge-2', NOW)
      await all('an agent of the present version before everything else, plates alone')
      await put('edge-2', older)
      saysColor = true
      await cluster.init(NOW)
      for (const node of NODES) {
        await cluster.restart(node)
        await all(`node ${node} with the present configuration`)
      }
      await cluster.declare(NOW)
      await all('declared')
      for (const name of ['matcher-1', 'matcher-2'] as const) {
        await put(name, NOW)
        // Of the alerts of new matchers, an older api shows those without a color.
        await more(`${name} of the present version`)
      }
      await put('api-1', NOW)
      await all('api-1 of the present version')
      await put('api-2', NOW)
      const dana = await arrive('dana-reyes', 'api-2')
      await all('two apis')
      for (const name of ['edge-1', 'edge-2'] as const) {
        await put(name, NOW)
        await all(`${name} of the present version`)
      }

      for (const name of ['edge-2', 'edge-1'] as const) {
        await put(name, older)
        await all(`${name} of the older version again`)
      }
      await dana.analyst.finish()
      await running.get('api-2')!.stop()
      await put('api-1', older)
      const leftOut = await more('api-1 of the older version again')
      expect(leftOut).toBeGreaterThan(0)
      for (const name of ['matcher-2', 'matcher-1'] as const) {
        await put(name, older)
        await more(`${name} of the older version again`)
      }
      await sam.analyst.finish()
      await traffic.finish()
      const account = () => accountOf(admin, traffic, analysts)
      const wrong = async () => (await account()).filter(({ ok }) => !ok)
      await vi.waitFor(async () => expect(await wrong()).toEqual([]), PATIENT)
      const logs = { url: cluster.urls[0]!, keys: cluster.keysOf('auditor'), out: at('audit') }
      const audit = await auditLine(logs, analysts)
      note('account', [...(await account()), audit])
      expect(audit).toMatchObject({ ok: true, wrong: [] })
      expect([refused, restarts]).toEqual([[], []])

      // The wrong order: an agent of the present version before the matchers.
      const { messages: before } = (await manager.streams.info(REJECTS)).state
      await put('edge-1', NOW)
      const gate = addressOf('edge-1', hostPorts['edge-1'], 'gate-1')
      const late = startCameras({
        ...{
          seed: 2,
          duration: 60_000,
          rate: 0,
          cameras: [{ id: 'gate-1', url: gate }],
          signal: over.signal,
        },
        factsOf: () => FACTS,
      })
      late.plant(traffic.newVehicle())
      await late.finish()
      await vi.waitFor(async () => {
        const { messages } = (await manager.streams.info(REJECTS)).state
        expect(messages).toBe(before + 1)
      }, PATIENT)
      const reject = await manager.streams.getMessage(REJECTS, { last_by_subj: 'rejects.matcher.*' })
      const said = [REJECT_HEADERS.code, REJECT_HEADERS.reason].map((name) => reject!.header.get(name))
      note('the wrong order', said)
      expect(said).toEqual(['MESSAGE_INVALID', expect.stringContaining('/vehicle')])
      await admin.close()
    } finally {
      over.abort()
      for (const service of [...running.values()].reverse()) await service.stop()
      await cluster.stop()
      await folder.remove()
    }
  },
)

const note = (step: string, said: unknown) => process.stderr.write(`${step}: ${JSON.stringify(said)}\n`)

/** What is missing or doubled; not what came while it was counted. */
const lost = ({ wrong }: Line) => wrong.filter((one) => !one.startsWith('not expected'))

/** The displays whose alerts an api shows. */
async function shownBy(call: Call): Promise<Set<string>> {
  const shown = new Set<string>()
  for (let path: string | null = '/v1/alerts?limit=500'; path; ) {
    const page = (await call(path)) as { alerts: { alert: Alert }[]; next: number | null }
    for (const { alert } of page.alerts) shown.add(alert.display.id)
    path = page.next === null ? null : `/v1/alerts?limit=500&before=${page.next}`
  }
  return shown
}

const addressOf = (host: Host, port: number, camera: string) =>
  `http://127.0.0.1:${port}/events/${camera}/made-up-${host}-secret`

const configOf = (host: Host, port: number) =>
  JSON.stringify({
    cameras: HOSTS[host].map((id) => ({
      ...{ id, owner: 'Harbor Parking LLC', ownerType: 'private-business', kind: 'fixed' },
      position: { lat: 32.7096, lon: -117.1712 },
      source: {
        ...{ type: 'events', make: 'plate-recognizer', secret: `made-up-${host}-secret` },
        listen: { host: '127.0.0.1', port },
      },
    })),
  })

/** A cluster as an agency has it, by `broker init` and `broker declare`, on three addresses of this machine. */
async function openCluster(folder: string) {
  const { path: server } = await findServer()
  const [port, routePort, monitorPort] = [await freePort(), await freePort(), await freePort()]
  const nodes = new Map<string, ChildProcess>()
  const fileOf = (node: string) => join(folder, 'nodes', `${node}.json`)
  const urls = NODES.map((node) => `nats://${node}:${port}`)
  const keysOf = (user: string) => join(folder, 'keys', user)
  const sightline = (program: string, args: readonly string[]) => run(process.execPath, [program, ...args])

  async function start(node: string) {
    nodes.set(
      node,
      spawn(server, ['-c', fileOf(node), '-l', join(folder, `${node}.log`)], { stdio: 'ignore' }),
    )
  }
  async function end(node: string) {
    const child = nodes.get(node)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  /** Every node says that it has caught up. */
  const isWell = () =>
    vi.waitFor(async () => {
      for (const node of NODES) {
        const answer = await fetch(`http://${node}:${monitorPort}/healthz`)
        expect(answer.status).toBe(200)
        await answer.arrayBuffer()
      }
    }, PATIENT)
  return {
    urls,
    keysOf,
    start,
    isWell,
    /** Writes the configurations of a version; the ports are those of this cluster. */
    async init(program: string) {
      await sightline(program, [
        ...['broker', 'init', '--out', folder, '--nodes', ...NODES, '--route-hosts', ...NODES],
        ...['--camera', ...CAMERAS, '--store', join(folder, 'store'), '--config', join(folder, 'nodes')],
        '--no-sync-always',
      ])
      for (const node of NODES) {
        const text = (await readFile(fileOf(node), 'utf8')).replaceAll(':6222', `:${routePort}`)
        const config = JSON.parse(text)
        config.jetstream.store_dir = join(folder, 'store', node)
        const own = { listen: `${node}:${port}`, http: `${node}:${monitorPort}` }
        await writeFile(fileOf(node), JSON.stringify({ ...config, ...own }))
      }
    },
    declare: (program: string) =>
      sightline(program, [
        ...['broker', 'declare', '--broker', urls.join(), '--keys', keysOf('admin')],
        ...['--replicas', '3', '--storage-gib', '2'],
      ]),
    async restart(node: string) {
      await end(node)
      await start(node)
      await isWell()
    },
    async stop() {
      for (const node of NODES) await end(node)
    },
  }
}
