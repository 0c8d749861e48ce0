import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connectBroker } from '@sightline/broker/connect'
import { latestEntry } from '@sightline/broker/latest'
import { type Link, openLink } from '@sightline/broker/link'
import { delaysOf, type Line, tallyLine } from '@sightline/cli/soak/account'
import { startAnalyst } from '@sightline/cli/soak/analyst'
import { startCameras } from '@sightline/cli/soak/cameras'
import { vehicleOf } from '@sightline/cli/soak/plan'
import { parseAlert } from '@sightline/replay/alerts'
import { note } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { root } from '@sightline/runtime/root'
import type { Alert } from '@sightline/schemas/alert'
import type { Display } from '@sightline/schemas/display'
import {
  ALERTS,
  agentReads,
  isReadStream,
  POSITIONS,
  positionIn,
  positionKey,
} from '@sightline/schemas/streams'
import { cameraFrame, sceneAt } from '@sightline/vendor-sim/camera'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { describe, expect, it } from 'vitest'
import { readCompose } from './compose-file.ts'
import { cameraHost, freePort, OWNER, startProxy } from './host.ts'
import { hirePeople, proxied, type Site, startMailServer, watchAlerts } from './people.ts'
import { missingHere, openPodman, type Podman } from './podman.ts'
import { openProject, type Project } from './project.ts'

// The whole of docker-compose.yml in containers, with people who sign in, traffic, faults and an upgrade. It needs root, podman and a
// quarter of an hour, so it runs only when it is asked for (docs/operations.md, "In production").

const isAsked = process.env.SIGHTLINE_TEST_CONTAINERS === '1'
const PREFIX = 'sightline'
const NAME = 'sightline.agency.example'
const SUBNET = '172.30'
const RATE = 4
const MINUTES = Number(process.env.SIGHTLINE_TEST_CONTAINERS_MINUTES ?? 10)
/** How long the whole may take to be well again after a fault. */
const WELL_MS = 120_000
const LOOK_MS = 500
const HARBOR = ['harbor-1', 'harbor-2', 'harbor-3']

describe.runIf(isAsked)('docker-compose.yml, in containers', () => {
  it('takes reads to people through kills, cut networks and an upgrade', { timeout: 3_600_000 }, rehearse)
})

async function rehearse(): Promise<void> {
  const missing = missingHere()
  if (missing.length > 0)
    throw new Error(
      `missing here: ${missing.join(', ')}. Become root, and: apt-get install podman runc netavark aardvark-dns iptables debootstrap`,
    )
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-'))
  const podman = openPodman(folder)
  const closing: (() => Promise<unknown>)[] = []
  try {
    const sizes = await buildImages(podman)
    const ports = {
      api: { '8080': await freePort() },
      vendor: { '7702': await freePort() },
      'nats-1': { '4222': await freePort() },
      'nats-2': { '4222': await freePort() },
      'nats-3': { '4222': await freePort() },
    }
    const mails = await startMailServer('0.0.0.0')
    closing.push(mails.close)
    const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
    const agency = Object.keys(readCompose(text, unset(text)).networks).indexOf('agency')
    const environment = {
      CLICKHOUSE_PASSWORD: randomBytes(24).toString('hex'),
      SIGHTLINE_PUBLIC_URL: `https://${NAME}`,
      SIGHTLINE_NETWORKS: `10.20.0.0/16,${SUBNET}.0.0/16`,
      SIGHTLINE_SMTP_URL: `smtp://${SUBNET}.${agency}.1:${mails.port}`,
      SIGHTLINE_SETTINGS: folder,
      SIGHTLINE_VENDORS: '/settings/vendors.json',
      SIGHTLINE_AUTHORITY: `/settings/${SUBNET}.${agency}.1.pem`,
    }
    const search = await startProxy(folder, {
      ...{ name: `${SUBNET}.${agency}.1`, port: await freePort(), to: ports.vendor['7702'] },
    })
    closing.push(search.close)
    const vendor = {
      id: 'sim',
      url: `https://${SUBNET}.${agency}.1:${search.port}`,
      credentialsFile: 'vendor-token',
    }
    writeFileSync(join(folder, 'vendors.json'), JSON.stringify({ vendors: [vendor] }))
    // The user of the images reads what lies there; keys are root's.
    chmodSync(folder, 0o755)
    for (const name of ['vendors.json', `${SUBNET}.${agency}.1.pem`]) chmodSync(join(folder, name), 0o644)
    const file = readCompose(text, environment)
    const project = await openProject({
      ...{ podman, file, project: PREFIX, ports, mostFiles: 1024, subnet: SUBNET, say: note },
    })
    closing.push(() => project.down())
    const began = performance.now()
    await project.up()
    const startedS = seconds(performance.now() - began)
    note(`all services are up after ${startedS} s`)
    const token = readFileSync(join(project.folderOf('vendor'), 'vendor-token'))
    writeFileSync(join(folder, 'vendor-token'), token, { mode: 0o400 })
    chownSync(join(folder, 'vendor-token'), OWNER, OWNER)

    const site: Site = { origin: `https://${NAME}`, port: ports.api['8080'], from: '10.20.0.7' }
    const proxy = await startProxy(folder, { name: NAME, port: 443, to: site.port })
    closing.push(proxy.close)
    const first = /https:\/\/\S+#\S+/.exec(await project.log('api'))
    if (!first)
      throw new Error(`the api printed no link for the first administrator:\n${await project.log('api')}`)
    const people = await hirePeople(site, mails, first[0], () => randomBytes(18).toString('base64url'))
    note('four people are signed in')

    const host = cameraHost({
      ...{ podman, project, folder, name: 'harbor', prefix: PREFIX, api: `https://${NAME}` },
      ...{
        certificate: proxy.certificate,
        port: await freePort(),
        ids: HARBOR,
        secret: randomBytes(16).toString('hex'),
      },
    })
    const edgeImage = file.services.edge!.image
    const { code } = (await people.admin.call('/v1/edge/enrollments', {
      ...{ agent: 'harbor', cameras: HARBOR, validMinutes: 60, replace: false },
    })) as { code: string }
    await host.enroll(edgeImage, code)
    await host.start(edgeImage)
    note('a camera host is enrolled')
    await whole(site)

    const keys = join(project.folderOf('broker-config'), 'keys/api')
    const log = createLog('rehearsal', 'silent')
    const servers = ['nats-1', 'nats-2', 'nats-3'].map(
      (node) => `nats://127.0.0.1:${ports[node as 'nats-1']['4222']}`,
    )
    const connection = await connectBroker({ servers, keys, user: 'api' }, log)
    closing.push(() => connection.close())
    let raised: Raised[] = []
    const link = await openLink(connection)
    const over = new AbortController()
    closing.push(async () => over.abort())
    const shown = new Map<string, number>()
    const delays: number[] = []
    const page = watchAlerts(site, people.analyst.cookie, (alert) => {
      count(shown, alert.id)
      delays.push(Date.now() - Date.parse(alert.readStoredAt))
    })
    closing.push(async () => page.close())
    const pictures = await watchPictures(project, people.analyst.call)

    const duration = MINUTES * 60_000
    const traffic = startCameras({
      ...{ seed: 1, duration, rate: RATE, cameras: host.cameras, signal: over.signal },
    })
    const refused = new Map<string, number>()
    const analyst = await startAnalyst({
      ...{ person: people.analyst.id, enter: people.analyst.enter, everyMs: 1500, signal: over.signal },
      newVehicle: traffic.newVehicle,
      onDisplay: traffic.plant,
      onRefusal: (what, error) => count(refused, `${what.replace(/\d+/, 'N')}: ${error.message}`),
    })
    const disturbed = await disturb({ podman, project, site, host })
    note('upgrading one service after the other …')
    const upgraded = await upgrade({ podman, project, site, host, names: Object.keys(file.services) })
    note('no more faults: waiting until what is on its way has arrived …')
    await patiently(analyst.finish(), 'the analyst has no answer to something')
    await patiently(traffic.finish(), 'the camera host does not take everything')
    await whole(site)
    const expected = new Set([...analyst.watched].map(([display, vehicle]) => `${display} ${vehicle}`))
    const figures = await until(
      async () => {
        raised = await raisedAlerts(link)
        return await readFigures(link)
      },
      ({ waiting, harbor }) =>
        waiting === 0 &&
        harbor >= traffic.taken.size &&
        raised.filter(({ key }) => expected.has(key)).length >= expected.size &&
        raised.every(({ id }) => shown.has(id)),
    )
    const ofPictures = raised.filter(({ display }) => pictures.displays.has(display))
    const planted = raised.filter(({ display }) => !pictures.displays.has(display))
    const rows = await vendorRows(project, environment.CLICKHOUSE_PASSWORD)
    const lines: Line[] = [
      ...[
        line('every service is up', project.names.length > 0, {
          services: project.names.length,
          seconds: startedS,
        }),
      ],
      line('people signed in', true, { people: 4 }),
      line('the edge image reads pictures, and their alerts are seen', ofPictures.length > 0, {
        ...{ pictures: pictures.displays.size, alerts: ofPictures.length },
      }),
      line('each read that the camera host took is stored once', figures.harbor === traffic.taken.size, {
        ...{ taken: traffic.taken.size, stored: figures.harbor },
      }),
      line('each stored read is judged', figures.waiting === 0, figures),
      tallyLine('each planted hit is one alert', { expected, found: counted(planted.map(({ key }) => key)) }),
      tallyLine('a signed-in person was shown each alert once', {
        expected: new Set(raised.map(({ id }) => id)),
        found: shown,
      }),
      { ...line('no request was refused without a reason', refused.size === 0, Object.fromEntries(refused)) },
      line("the vendor's history grows in ClickHouse", rows > 0, { rows }),
      line(
        'faults, each with seconds until the whole was well',
        disturbed.every(({ ok }) => ok),
        {
          ...Object.fromEntries(disturbed.map(({ what, s }) => [what, s])),
        },
      ),
      line(
        'upgraded, each with seconds until the whole was well',
        upgraded.every(({ ok }) => ok),
        {
          ...Object.fromEntries(upgraded.map(({ what, s }) => [what, s])),
        },
      ),
      line('images, MB; edge at most 300', sizes.edge! <= 300, sizes),
    ]
    for (const one of lines)
      note(`${one.ok ? 'ok   ' : 'WRONG'} ${one.what}: ${JSON.stringify(one.figures)} ${one.wrong}`)
    note(`from stored read to a person: ${JSON.stringify(delaysOf(delays))} ms`)
    expect(lines.filter(({ ok }) => !ok)).toEqual([])
  } finally {
    if (process.env.SIGHTLINE_TEST_CONTAINERS_KEEP !== '1')
      for (const close of closing.reverse()) await close().catch((error: Error) => note(error.message))
    rmSync(folder, { recursive: true, force: true })
  }
}

const line = (what: string, ok: boolean, figures: Record<string, number>): Line => ({
  what,
  ok,
  figures,
  wrong: [],
})
const seconds = (ms: number) => Math.round(ms / 100) / 10
const keyOf = ({ display, read }: Alert) => `${display.id} ${vehicleOf(read.plate) ?? 'another plate'}`
const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1)

/** Something for each variable that the file demands, to read what does not depend on them. */
const unset = (text: string) =>
  Object.fromEntries([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => [name, 'unset']))

/** Builds both images, and the base images where no registry has them. @returns sizes, MB */
async function buildImages(podman: Podman): Promise<Record<string, number>> {
  note('building the base images that are missing …')
  const base = spawnSync(join(root, 'deploy/containers/base-images.sh'), {
    encoding: 'utf8',
    env: podman.environment,
  })
  if (base.status !== 0) throw new Error(`base-images.sh failed:\n${base.stderr.slice(-2000)}`)
  const sizes: Record<string, number> = {}
  for (const [target, tag] of [
    ['service', 'sightline:local'],
    ['edge', 'sightline-edge:local'],
  ] as const) {
    note(`building ${tag} …`)
    if (process.env.SIGHTLINE_TEST_CONTAINERS_BUILT !== '1')
      await podman('build', '--network', 'host', '--target', target, '--tag', tag, root)
    const bytes = Number(await podman('image', 'inspect', '--format', '{{.Size}}', tag))
    sizes[target] = Math.round(bytes / 1e6)
  }
  return sizes
}

/** Waits until the api says that a read that comes now becomes an alert. @returns milliseconds @throws with its lights */
async function whole(site: Site): Promise<number> {
  const began = performance.now()
  let said = 'no answer'
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${site.port}/health`, {
        headers: proxied(site),
        signal: AbortSignal.timeout(5000),
      })
      said = await answer.text()
      if (answer.ok) return performance.now() - began
    } catch (error) {
      said = String(error)
    }
    if (performance.now() - began > WELL_MS) throw new Error(`not well: ${said}`)
    await pause(LOOK_MS)
  }
}

/** Looks again and again, for as long as `WELL_MS`. @returns what was seen last */
async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const end = performance.now() + WELL_MS
  for (;;) {
    const seen = await look()
    if (isSo(seen) || performance.now() > end) return seen
    await pause(LOOK_MS)
  }
}

/** Waits for something that should come, and goes on without it: the account then says what is missing. */
async function patiently(work: Promise<unknown>, otherwise: string): Promise<void> {
  const late = Symbol('late')
  if ((await Promise.race([work, pause(WELL_MS, late, { ref: false })])) === late) note(otherwise)
}

/** An alert that is stored: `key` names its display and the vehicle that was planted. */
interface Raised {
  id: string
  display: string
  key: string
}

async function raisedAlerts({ manager }: Link): Promise<Raised[]> {
  const raised: Raised[] = []
  const { state } = await manager.streams.info(ALERTS)
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(ALERTS, { seq })
    const alert = message && parseAlert(message.data)
    if (alert) raised.push({ id: alert.id, display: alert.display.id, key: keyOf(alert) })
  }
  return raised
}

function counted(keys: readonly string[]): Map<string, number> {
  const map = new Map<string, number>()
  for (const key of keys) count(map, key)
  return map
}

/** Reads stored by the camera host, stored by all, and not judged. */
async function readFigures(link: Link) {
  const reads = await openLink(link.connection, 'MATCHER')
  const figures = { harbor: 0, stored: 0, waiting: 0 }
  for await (const { config, state } of reads.manager.streams.list()) {
    if (!isReadStream(config.name)) continue
    const entry = await latestEntry(link, POSITIONS, positionKey('matcher', config.name))
    const position = entry ? (positionIn(Buffer.from(entry.value).toString()) ?? 0) : 0
    figures.waiting += Math.max(0, state.last_seq - position)
    figures.stored += state.last_seq
    if (config.name === agentReads(1)) figures.harbor = state.last_seq
  }
  return figures
}

const PICTURES = 6

/** Stores a display for what each of some pictures shows, then gives the pictures to the camera `gate-1`. */
async function watchPictures(
  project: Project,
  call: (path: string, body?: object, headers?: Record<string, string>) => Promise<unknown>,
) {
  const world = createWorld(DEFAULT_WORLD)
  const { version } = (await call('/v1/displays/notice')) as { version: string }
  const displays = new Set<string>()
  const folder = project.folderOf('frames')
  for (let index = 0; displays.size < PICTURES; index++) {
    const [vehicle, more] = sceneAt(world, 'gate-1', index).vehicles
    if (!vehicle || more) continue
    const { plate } = vehicle.vehicle
    const caseRef = `PICTURE-${index}`
    const purpose = 'Find out who takes trailers from the lots at the port'
    const reason = 'Made up: seen at the lot during the nights of the thefts.'
    const about = { kind: 'event', caseRef, title: 'Made up', authority: 'Made up: 19 U.S.C. 1595a', purpose }
    const headers = () => ({ 'idempotency-key': randomBytes(16).toString('hex') })
    await call('/v1/cases', { ...about, subjects: [{ about: { plate }, reason }] }, headers())
    const display = (await call(
      '/v1/displays',
      { plate, caseRef, reason, confirmNotice: version },
      headers(),
    )) as Display
    displays.add(display.id)
    const name = join(folder, `${new Date().toISOString().replaceAll(/[-:]/g, '')}.jpg`)
    writeFileSync(`${name}.part`, await cameraFrame(world, 'gate-1', index))
    chownSync(`${name}.part`, OWNER, OWNER)
    renameSync(`${name}.part`, name)
  }
  return { displays }
}

async function vendorRows(project: Project, password: string): Promise<number> {
  const statement = encodeURIComponent(
    "SELECT sum(total_rows) FROM system.tables WHERE database = 'sightline'",
  )
  const url = `http://127.0.0.1:8123/?user=sightline&password=${password}&query=${statement}`
  const words = `fetch(process.argv[1]).then(r => r.text()).then(t => process.stdout.write(t))`
  return Number(await project.inside('clickhouse', 'node', '-e', words, url))
}

interface Done {
  what: string
  ok: boolean
  /** Seconds from the end of the fault until the whole was well. */
  s: number
}

/** Does one thing, then waits until the whole is well. */
async function survive(site: Site, what: string, work: () => Promise<unknown>): Promise<Done> {
  note(what)
  try {
    await work()
    const s = seconds(await whole(site))
    note(`  well after ${s} s`)
    return { what, ok: true, s }
  } catch (error) {
    note(`  ${(error as Error).message}`)
    return { what, ok: false, s: -1 }
  }
}

async function disturb({
  podman,
  project,
  site,
  host,
}: {
  podman: Podman
  project: Project
  site: Site
  host: { container: string; healthy(): Promise<void> }
}): Promise<Done[]> {
  const done: Done[] = []
  const LASTING = 12_000
  for (const name of project.names) {
    if (name === 'broker-init' || name === 'broker-declare') continue
    done.push(
      await survive(site, `kill ${name}`, async () => {
        await project.kill(name)
        await project.healthy(name)
      }),
    )
  }
  for (const name of ['nats-3', 'matcher', 'api'])
    done.push(await survive(site, `freeze ${name}`, () => project.freeze(name, LASTING)))
  done.push(
    await survive(site, 'freeze two nodes', () =>
      Promise.all([project.freeze('nats-1', LASTING), project.freeze('nats-2', LASTING)]),
    ),
  )
  for (const [name, network] of [
    ['matcher', 'broker'],
    ['api', 'broker'],
    ['nats-2', 'nodes'],
    ['nats-1', 'broker'],
    ['broker-keeper', 'broker'],
    ['vendor', 'vendor'],
    ['edge', 'broker'],
  ] as const)
    done.push(
      await survive(site, `cut ${name} from ${network}`, async () => {
        await project.cut(name, network, LASTING)
        await project.healthy(name)
      }),
    )
  done.push(
    await survive(site, 'kill the camera host', async () => {
      const pid = Number(await podman('inspect', '--format', '{{.State.Pid}}', host.container))
      process.kill(pid, 'SIGKILL')
      await host.healthy()
    }),
  )
  done.push(
    await survive(site, 'cut the camera host from broker', () =>
      project.pullCable(host.container, 'broker', LASTING),
    ),
  )
  return done
}

async function upgrade({
  podman,
  project,
  site,
  host,
  names,
}: {
  podman: Podman
  project: Project
  site: Site
  host: { replace(image: string): Promise<void> }
  names: readonly string[]
}): Promise<Done[]> {
  // The same program under an identity of its own, as a new version is one.
  const next = async (image: string) => {
    const tag = image.replace(/:[^:]*$/, ':next')
    const id = await podman('create', '--network', 'none', image)
    await podman('commit', '--change', `LABEL version=next`, id, tag)
    await podman('rm', id)
    return tag
  }
  const images = new Map<string, string>()
  const done: Done[] = []
  for (const name of names) {
    if (name === 'broker-init' || name === 'broker-declare') continue
    const image = project.imageOf(name)
    if (!images.has(image)) images.set(image, await next(image))
    done.push(await survive(site, `upgrade ${name}`, () => project.replace(name, images.get(image)!)))
  }
  const edge = images.get(project.imageOf('edge'))!
  done.push(await survive(site, 'upgrade the camera host', () => host.replace(edge)))
  return done
}
