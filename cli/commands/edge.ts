import { Command, InvalidArgumentError, Option } from 'commander'
import { Gauge, Registry } from 'prom-client'
import { type EdgeAgent, startEdgeAgent } from '../../edge-agent/main.ts'
import { findPictures } from '../../edge-agent/pictures/find.ts'
import { createEngine, DEFAULT_ENGINE, ENGINE_NAMES } from '../../edge-agent/recognition/engine.ts'
import { folderFrames, frameAt } from '../../edge-agent/sources/folder.ts'
import type { Frame } from '../../edge-agent/sources/frame.ts'
import { createLog } from '../../runtime/log.ts'
import { startMonitor } from '../../runtime/monitor.ts'
import { version } from '../../runtime/root.ts'
import { onStop } from '../../runtime/stop.ts'
import { Camera } from '../../schemas/camera.ts'
import { reader } from '../../schemas/message.ts'
import type { Position } from '../../schemas/read.ts'
import { type BrokerOptions, type MonitorOptions, serversOf, withBroker, withMonitor } from '../options.ts'
import { note, printJson } from '../output.ts'

interface EdgeRunOptions extends BrokerOptions, MonitorOptions {
  frames: string[]
  once?: boolean
  consume?: boolean
  camera: string
  owner: string
  ownerType: string
  address?: string
  country: string
  at?: Position
  user: string
  engine: string
  minConfidence: number
  json?: boolean
}

const cameraReader = reader('camera', Camera)

/** `32.71,-117.17` as a surveyed position. */
function surveyed(text: string): Position {
  const [lat = Number.NaN, lon = Number.NaN, ...rest] = text.split(',').map(Number)
  const possible = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && rest.length === 0
  if (!possible) throw new InvalidArgumentError('write latitude,longitude in degrees, e.g. 32.71,-117.17')
  return { fix: 'surveyed', lat, lon, accuracyM: null, headingDeg: null, speedMps: null }
}

function probability(text: string): number {
  const value = Number(text)
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('write a number from 0 to 1')
  return value
}

/** The pictures that are there now, without waiting for more. */
async function* presentFrames(paths: readonly string[]): AsyncGenerator<Frame> {
  for (const { path, error } of await findPictures(paths)) {
    if (error) throw error
    const frame = await frameAt(path)
    if (frame) yield frame
  }
}

/** What Prometheus sees of a camera; read when it asks. */
function figuresOf(agent: EdgeAgent, camera: string): Registry {
  const registry = new Registry()
  new Gauge({
    name: 'sightline_camera_counts',
    help: 'What the camera has done since the start of the agent',
    labelNames: ['camera', 'what'],
    registers: [registry],
    collect() {
      const { framesSeen, framesProcessed, framesRejected, reads } = agent.health()
      for (const [what, count] of Object.entries({ framesSeen, framesProcessed, framesRejected, reads })) {
        this.set({ camera, what }, count)
      }
    },
  })
  return registry
}

function runCommand(): Command {
  return withMonitor(withBroker(new Command('run')))
    .description('read the frames that come into a folder, until Ctrl-C')
    .requiredOption('--frames <path...>', 'folder to watch; with --once also files and globs')
    .option('--once', 'read the pictures that are there and end')
    .option('--consume', 'delete each frame once its reads are stored')
    .option('--camera <id>', 'id of the camera', 'gate-1')
    .option('--owner <name>', 'who owns the camera', 'unnamed owner')
    .addOption(new Option('--owner-type <type>', 'kind of owner').default('agency'))
    .option('--address <text>', 'registered address of a fixed camera')
    .option('--country <code>', 'country the camera stands in', 'US')
    .option('--at <lat,lon>', 'surveyed position of a fixed camera, degrees', surveyed)
    .option('--user <name>', 'broker user of this agent', 'edge')
    .addOption(
      new Option('--engine <name>', 'what reads the plates').choices(ENGINE_NAMES).default(DEFAULT_ENGINE),
    )
    .option('--min-confidence <p>', 'least confidence of a read that is published', probability, 0.5)
    .option('--json', 'print a line {"type":"ready"} on standard output once it reads')
    .action(run)
}

async function run(options: EdgeRunOptions): Promise<void> {
  const log = createLog('edge')
  const camera = cameraReader.parse({
    id: options.camera,
    owner: options.owner,
    ownerType: options.ownerType,
    kind: 'fixed',
    country: options.country,
    address: options.address ?? null,
  })
  const [folder = '', ...more] = options.frames
  if (more.length > 0 && !options.once) note('edge: without --once only the first folder is watched')
  const engine = await createEngine(options.engine)
  const agent = await startEdgeAgent({
    servers: serversOf(options),
    keys: options.keys,
    user: options.user,
    camera,
    position: options.at ?? null,
    engine,
    frames: (signal) => (options.once ? presentFrames(options.frames) : folderFrames(folder, signal)),
    consume: options.consume ?? false,
    minConfidence: options.minConfidence,
    agentVersion: version,
    log,
  })
  let stopping = false
  const stop = onStop(log, () => {
    stopping = true
    return agent.close()
  })
  const { monitorPort: port, monitorHost: host } = options
  if (port) await startMonitor({ port, host, healthy: agent.healthy, registry: figuresOf(agent, camera.id) })
  log.info({ camera: camera.id, engine: engine.name }, 'reading')
  if (options.json) printJson({ type: 'ready', camera: camera.id })
  try {
    await agent.done
  } catch (error) {
    await agent.close()
    throw error
  }
  if (!stopping) stop.close()
}

export function command(): Command {
  return new Command('edge')
    .description('The camera edge agent: finds and reads plates in frames and publishes reads')
    .addCommand(runCommand())
    .addHelpText(
      'after',
      `
Examples:
  ./sightline edge run --frames /var/spool/camera --consume --camera gate-1 --at 32.71,-117.17
  ./sightline edge run --once --frames 'photos/*.jpg' --camera gate-1`,
    )
}
