import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type BrokerOptions,
  serversOf,
  wholeNumber,
  withBroker,
} from '@sightline/runtime/command-line/options'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { onStop } from '@sightline/runtime/stop'
import { SightlineError } from '@sightline/schemas/errors'
import { cameraFrame, sceneAt } from '@sightline/vendor-sim/camera'
import { startVendor } from '@sightline/vendor-sim/main'
import { addCustomer } from '@sightline/vendor-sim/token'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type HistoryOptions, withHistory, withSeed } from '../vendor/options.ts'
import { recordCommand } from '../vendor/record.ts'
import { seedCommand } from '../vendor/seed.ts'

export function command(): Command {
  return new Command('vendor')
    .description('A simulated commercial vendor: its cameras, its history in ClickHouse, its search API')
    .addCommand(runCommand())
    .addCommand(seedCommand())
    .addCommand(recordCommand())
    .addCommand(customerCommand())
    .addCommand(renderCommand())
    .addHelpText(
      'after',
      `
Examples:
  ./sightline vendor run --data data/vendor                      history, live feed and search API
  ./sightline vendor run --camera gate-1 --frames data/frames    also frames of a camera at the road
  ./sightline vendor run --rate 0 --days 7                       a week of history, no live feed, no broker
  CLICKHOUSE_URL=http://user:pw@host:8123/db ./sightline vendor run   on a ClickHouse server
  ./sightline vendor seed --days 30                              write the history and exit
  ./sightline vendor seed --reads 100M --years 6                 a world whose six years come to 100 million reads
  ./sightline vendor record reads.ndjson.gz --from 2026-11-24T16:00:00Z --minutes 30   a stream for replay
  ./sightline vendor customer other-agency                       a token for another agency
  ./sightline vendor render --count 10 /tmp/frames               ten frames to look at`,
    )
}

const withDays = (command: Command) =>
  command.option('--days <n>', 'days of history', wholeNumber(0, 3650), 90)

interface RunOptions extends HistoryOptions, BrokerOptions {
  days: number
  keepYears?: number
  rate: number
  ingestAs?: string
  host: string
  port: number
  token?: string
  camera?: string
  frames?: string
  interval: number
  json?: boolean
}

function runCommand(): Command {
  return withBroker(withDays(withHistory(new Command('run'))))
    .description('run the vendor until Ctrl-C; writes missing history in the background')
    .option('--rate <n>', 'reads a second of the live feed; 0 for none', number(0, 5000), 2)
    .option('--keep-years <n>', 'drop whole years that are older', wholeNumber(1, 100))
    .option(
      '--ingest-as <user>',
      'broker user that may follow the stream; the history then comes from the stream instead of the clock',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port of the search API; 0 for a free one', wholeNumber(0, 65535), 7702)
    .addOption(
      new Option(
        '--token <secret>',
        'token of the search API; by default the vendor makes one and keeps it in --data',
      ).env('SIGHTLINE_VENDOR_TOKEN'),
    )
    .option('--camera <id>', 'draw frames of this camera (with --frames)')
    .option('--frames <folder>', 'where the frames go')
    .option('--interval <seconds>', 'time between two frames', number(0.05, 3600), 2)
    .option('--json', 'print a line {"type":"ready"} on standard output once it listens')
    .action(async (options: RunOptions) => {
      const log = createLog('vendor')
      const vendor = await startVendor({
        dataDir: options.data,
        clickhouseUrl: options.clickhouse,
        clickhouseCluster: options.cluster,
        world: options.seed === undefined ? undefined : { seed: options.seed },
        days: options.days,
        keepYears: options.keepYears,
        ingestAs: options.ingestAs,
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

/** @throws USAGE when only one of `--camera` and `--frames` is given */
function cameraOf({ camera, frames, interval }: RunOptions) {
  if (camera === undefined && frames === undefined) return undefined
  if (camera === undefined || frames === undefined) {
    throw new SightlineError('USAGE', '--camera and --frames go together', {
      hint: 'For example: --camera gate-1 --frames data/frames',
    })
  }
  return { id: camera, folder: frames, intervalMs: interval * 1000 }
}

function customerCommand(): Command {
  return new Command('customer')
    .description('make a token for another agency; delete its file to end the access')
    .argument('<name>', 'lowercase letters, digits and hyphens')
    .option('--data <folder>', 'folder of the vendor', 'data/vendor')
    .action(async (name: string, { data }: { data: string }) => printLine(await addCustomer(data, name)))
}

interface RenderOptions {
  seed?: number
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
    .option('--json', 'print one JSON line per frame')
    .action(async (folder: string, { seed = DEFAULT_WORLD.seed, count, camera, json }: RenderOptions) => {
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
