import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { systemClock } from '../../runtime/clock.ts'
import { createLog } from '../../runtime/log.ts'
import { onStop } from '../../runtime/stop.ts'
import { SightlineError } from '../../schemas/errors.ts'
import { cameraFrame, sceneAt } from '../../vendor-sim/camera.ts'
import { seedHistory } from '../../vendor-sim/history/seed.ts'
import { openHistory } from '../../vendor-sim/history/store.ts'
import { startVendor } from '../../vendor-sim/main.ts'
import { createWorld, DEFAULT_WORLD } from '../../vendor-sim/world/world.ts'
import { type BrokerOptions, serversOf, wholeNumber, withBroker } from '../options.ts'
import { printJson, printLine } from '../output.ts'

export function command(): Command {
  return new Command('vendor')
    .description('A simulated commercial vendor: its cameras, its history in ClickHouse, its search API')
    .addCommand(runCommand())
    .addCommand(seedCommand())
    .addCommand(renderCommand())
    .addHelpText(
      'after',
      `
Examples:
  ./sightline vendor run --data data/vendor                      history, live feed and search API
  ./sightline vendor run --camera gate-1 --frames data/frames    and frames of a camera at the road
  ./sightline vendor run --rate 0 --days 7                       a week of history, no live feed, no broker
  CLICKHOUSE_URL=http://user:pw@host:8123/db ./sightline vendor run   on a ClickHouse server
  ./sightline vendor seed --days 30                              write the history and end
  ./sightline vendor render --count 10 /tmp/frames               ten frames to look at`,
    )
}

interface HistoryOptions {
  data: string
  clickhouse?: string
  seed: number
  days: number
}

const withHistory = (command: Command) =>
  withSeed(command)
    .option('--data <folder>', 'folder of the history, the token and the positions', 'data/vendor')
    .addOption(
      new Option('--clickhouse <url>', 'a ClickHouse server instead of the embedded engine').env(
        'CLICKHOUSE_URL',
      ),
    )
    .option('--days <n>', 'days of history', wholeNumber(0, 3650), 90)

const withSeed = (command: Command) =>
  command.option(
    '--seed <n>',
    'which world: vehicles, cameras, who goes where',
    wholeNumber(0, 2 ** 31),
    DEFAULT_WORLD.seed,
  )

interface RunOptions extends HistoryOptions, BrokerOptions {
  rate: number
  host: string
  port: number
  token?: string
  camera?: string
  frames?: string
  interval: number
  json?: boolean
}

function runCommand(): Command {
  return withBroker(withHistory(new Command('run')))
    .description('run the vendor until Ctrl-C; what history is missing is written behind')
    .option('--rate <n>', 'reads a second of the live feed; 0 for none', number(0, 5000), 2)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port of the search API; 0 for a free one', wholeNumber(0, 65535), 7702)
    .addOption(
      new Option(
        '--token <secret>',
        'token of the search API; by default one is made and kept in --data',
      ).env('SIGHTLINE_VENDOR_TOKEN'),
    )
    .option('--camera <id>', 'draw the frames of this camera (with --frames)')
    .option('--frames <folder>', 'where the frames go')
    .option('--interval <seconds>', 'time between two frames', number(0.05, 3600), 2)
    .option('--json', 'print a line {"type":"ready"} on standard output once it listens')
    .action(async (options: RunOptions) => {
      const log = createLog('vendor')
      const vendor = await startVendor({
        dataDir: options.data,
        clickhouseUrl: options.clickhouse,
        world: { seed: options.seed },
        days: options.days,
        rate: options.rate,
        broker: { servers: serversOf(options), keys: options.keys },
        host: options.host,
        port: options.port,
        token: options.token,
        camera: cameraOf(options),
        log,
      })
      onStop(log, () => vendor.close())
      if (options.json) printJson({ type: 'ready', url: vendor.url })
    })
}

/** A number from `min` to `max`, for commander's argument parsers. */
function number(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= min && value <= max)) {
      throw new InvalidArgumentError(`not a number from ${min} to ${max}: ${text}`)
    }
    return value
  }
}

/** @throws USAGE when only one of `--camera` and `--frames` is there */
function cameraOf({ camera, frames, interval }: RunOptions) {
  if (camera === undefined && frames === undefined) return undefined
  if (camera === undefined || frames === undefined) {
    throw new SightlineError('USAGE', '--camera and --frames go together', {
      hint: 'For example: --camera gate-1 --frames data/frames',
    })
  }
  return { id: camera, folder: frames, intervalMs: interval * 1000 }
}

function seedCommand(): Command {
  return withHistory(new Command('seed'))
    .description('write the history that is missing and end; may be killed and started again at any point')
    .option('--json', 'print the result as a JSON line')
    .action(async (options: HistoryOptions & { json?: boolean }) => {
      const log = createLog('vendor')
      const world = createWorld({ ...DEFAULT_WORLD, seed: options.seed })
      const history = await openHistory({ directory: options.data, url: options.clickhouse }, log)
      const stopping = new AbortController()
      process.once('SIGINT', () => stopping.abort())
      try {
        const plan = { world, days: options.days, clock: systemClock, signal: stopping.signal }
        const reads = await seedHistory(history, plan, log)
        if (options.json) printJson({ type: 'seeded', world: world.name, reads })
        else printLine(`${reads} reads written`)
      } finally {
        await history.close()
      }
    })
}

interface RenderOptions {
  seed: number
  count: number
  camera: string
  json?: boolean
}

function renderCommand(): Command {
  return withSeed(new Command('render'))
    .description('draw frames of a camera, and print what each shows')
    .argument('<folder>', 'where the frames go')
    .option('--count <n>', 'how many frames', wholeNumber(1, 100_000), 10)
    .option('--camera <id>', 'which camera: decides how it is mounted', 'gate-1')
    .option('--json', 'print a JSON line a frame')
    .action(async (folder: string, { seed, count, camera, json }: RenderOptions) => {
      const world = createWorld({ ...DEFAULT_WORLD, seed })
      await mkdir(folder, { recursive: true })
      for (let index = 0; index < count; index++) {
        const image = join(folder, `${String(index).padStart(5, '0')}.jpg`)
        await writeFile(image, await cameraFrame(world, camera, index))
        const { light, vehicles } = sceneAt(world, camera, index)
        const plates = vehicles.map(({ vehicle: { plate, region } }) => ({ text: plate, region }))
        if (json) printJson({ image, light, plates })
        else printLine(`${image}  ${light}  ${plates.map(({ text }) => text).join(' ') || 'empty road'}`)
      }
    })
}
