import { availableParallelism } from 'node:os'
import { createEngine, DEFAULT_ENGINE, ENGINE_NAMES } from '@sightline/recognition/engine'
import { allowOnlyPictures } from '@sightline/recognition/pictures/only-pictures'
import { isSite, SITES } from '@sightline/recognition/site/mix'
import { loadVehicleNetwork } from '@sightline/recognition/vehicle/vehicle'
import {
  type BrokerOptions,
  type MonitorOptions,
  serversOf,
  wholeNumber,
  withBroker,
  withMonitor,
} from '@sightline/runtime/command-line/options'
import { printJson } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { isLoopback } from '@sightline/runtime/loopback'
import { startMonitor } from '@sightline/runtime/monitor'
import { version } from '@sightline/runtime/root'
import { onStop } from '@sightline/runtime/stop'
import { SightlineError } from '@sightline/schemas/errors'
import { Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig } from '../config/file.ts'
import { startFeeds } from '../feeds/main.ts'
import { cameraMetrics } from '../health/metrics.ts'
import { startEdgeAgent } from '../main.ts'
import { type StatusPage, startStatusPage, statusToken } from '../status/main.ts'
import { configuredCameras, type SingleCamera, singleCamera } from './cameras.ts'
import { discoverCommand } from './discover.ts'
import { withEnrolledBroker, withEnrollment } from './enroll-command.ts'
import { followConfig } from './follow-config.ts'
import { zonesOf } from './zones.ts'

interface EdgeRunOptions extends BrokerOptions, MonitorOptions, Omit<SingleCamera, 'frames'> {
  config?: string
  frames?: string[]
  user: string
  ca?: string
  engine: string
  workers?: number
  minConfidence: number
  spool: string
  spoolMib: number
  state: string
  statusPort?: number
  statusHost: string
  json?: boolean
}

/** `32.71,-117.17` as a place. */
function place(text: string): { lat: number; lon: number } {
  const [lat = Number.NaN, lon = Number.NaN, ...rest] = text.split(',').map(Number)
  const possible = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && rest.length === 0
  if (!possible) throw new InvalidArgumentError('write latitude,longitude in degrees, e.g. 32.71,-117.17')
  return { lat, lon }
}

/** `us-ca` as a site. */
function site(text: string): string {
  if (!isSite(text)) throw new InvalidArgumentError(`write ${SITES}`)
  return text
}

function probability(text: string): number {
  const value = Number(text)
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('write a number from 0 to 1')
  return value
}

function runCommand(): Command {
  return withMonitor(withBroker(new Command('run')))
    .description('read the frames of one camera (--frames) or of several (--config), until Ctrl-C')
    .option('--config <file>', 'YAML or JSON file that describes the cameras')
    .option('--frames <path...>', 'folder to watch; with --once also files and globs')
    .option('--once', 'read the images that are there and exit')
    .option('--consume', 'delete each frame after its reads are on disk')
    .option('--camera <id>', 'id of the camera', 'gate-1')
    .option('--owner <name>', 'who owns the camera', 'unnamed owner')
    .addOption(new Option('--owner-type <type>', 'kind of owner').default('agency'))
    .option('--address <text>', 'registered address of a fixed camera')
    .option('--country <code>', 'country where the camera is', 'US')
    .option('--at <lat,lon>', 'surveyed position of a fixed camera, degrees', place)
    .option('--site <issuer>', 'who issues the plates there, e.g. us-ca; default: what --at says', site)
    .option('--user <name>', 'broker user of this agent', 'edge')
    .addOption(
      new Option('--engine <name>', 'recognizer to use').choices(ENGINE_NAMES).default(DEFAULT_ENGINE),
    )
    .option('--workers <n>', 'frames read at a time; default: the cores', wholeNumber(1, 64))
    .option('--min-confidence <p>', 'lowest confidence of a read that is published', probability, 0.5)
    .option('--spool <folder>', 'where reads wait for the broker; only for this agent', 'data/edge-spool')
    .option(
      '--spool-mib <n>',
      'space it may use; when it is full, the oldest reads are dropped',
      wholeNumber(10, 10_000_000),
      4096,
    )
    .option(
      '--status-port <port>',
      'serve a page that shows what each camera sees, for aiming it',
      wholeNumber(1, 65_535),
    )
    .option(
      '--status-host <address>',
      'address of that page; any but loopback asks for the token in the state folder',
      '127.0.0.1',
    )
    .option('--json', 'print a line {"type":"ready"} on standard output once it reads')
    .action(run)
}

async function run(options: EdgeRunOptions): Promise<void> {
  const log = createLog('edge')
  const { config, frames, keys, user, ca, minConfidence, spool, spoolMib } = options
  if ((config === undefined) === (frames === undefined)) {
    throw new SightlineError('USAGE', 'give either --frames or --config', {
      hint: './sightline edge run --help has examples.',
    })
  }
  const cameras = config
    ? await configuredCameras(config)
    : [singleCamera({ ...options, frames: frames ?? [] })]
  // Each camera is read one frame at a time, so more workers than cameras would be idle.
  const workers = Math.min(options.workers ?? availableParallelism(), cameras.length)
  const ids = cameras.map(({ camera }) => camera.id)
  const feeds = await startFeeds(config ? ((await loadConfig(config)).feeds ?? []) : [], ids, log)
  allowOnlyPictures()
  const engine = await createEngine(options.engine, { workers })
  const vehicles = await loadVehicleNetwork()
  const broker = { servers: serversOf(options), keys, user, ca }
  const kept = { spool, spoolBytes: spoolMib * 1024 ** 2 }
  const agent = await startEdgeAgent({
    ...broker,
    ...kept,
    cameras,
    engine,
    vehicles,
    parallel: workers + 1,
    minConfidence,
    agentVersion: version,
    log,
    feeds,
  }).catch(async (error) => {
    await feeds.close()
    await vehicles.close()
    await engine.close()
    throw error
  })
  const following = config ? followConfig(config, agent, log) : undefined
  let stopping = false
  let statusPage: StatusPage | undefined
  const closeAll = async () => {
    stopping = true
    await statusPage?.close()
    await following?.close()
    await agent.close()
    await feeds.close()
    await vehicles.close()
    await engine.close()
  }
  const stop = onStop(log, closeAll)
  try {
    const { monitorPort: port, monitorHost: host } = options
    if (port)
      await startMonitor({ port, host, healthy: agent.healthy, registry: cameraMetrics(agent.health) })
    if (options.statusPort) {
      const { statusPort, statusHost, state } = options
      const isOpen = isLoopback(statusHost)
      // On this host the page is visible without it; it is needed to change zones.
      const token = await statusToken(state).catch((error) => {
        if (!isOpen) throw error
        log.warn({ err: error }, 'zones cannot be changed on the status page')
        return undefined
      })
      statusPage = await startStatusPage({
        port: statusPort,
        host: statusHost,
        ...(isOpen || !token ? {} : { token }),
        changeZones: config && token ? { token, store: zonesOf(config) } : undefined,
        cameras: agent.views,
        log,
      })
      log.info({ url: statusPage.url }, 'status page')
    }
    await following?.ready
    log.info({ cameras: ids, engine: engine.name }, 'reading')
    if (options.json) printJson({ type: 'ready', cameras: ids })
    // Deliver what waits first, including what an earlier run left, even if there was nothing to read.
    await agent.done.finally(agent.drained)
    if (!stopping) stop.close()
  } catch (error) {
    if (!stopping) await closeAll()
    throw error
  }
}

export function command(): Command {
  const edge = new Command('edge')
    .description('The camera edge agent: finds and reads plates in frames and publishes reads')
    .addCommand(withEnrolledBroker(runCommand()))
    .addCommand(discoverCommand())
    .addHelpText(
      'after',
      `
Examples:
  ./sightline edge run --frames /var/spool/camera --consume --camera gate-1 --at 32.71,-117.17
  ./sightline edge run --once --frames 'photos/*.jpg' --camera gate-1
  ./sightline edge run --config edge.yaml          several cameras: RTSP, MJPEG, V4L2, files (docs/edge-agent.md)
  ./sightline edge discover --user admin --password-file camera.password    the ONVIF cameras of this network
  ./sightline edge run --config edge.yaml --status-port 8090     with a page for aiming the cameras
  ./sightline edge enroll --api https://sightline.agency.example --code 7QK2-9FWM-X3T8-B6HD`,
    )
  return withEnrollment(edge)
}
