import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, extname, join } from 'node:path'
import {
  createEngine,
  DEFAULT_ENGINE,
  ENGINE_NAMES,
  type Engine,
  type PlateFinding,
} from '@sightline/recognition/engine'
import type { Picture } from '@sightline/recognition/picture'
import { drawPlates } from '@sightline/recognition/pictures/draw'
import { type FoundPicture, findPictures } from '@sightline/recognition/pictures/find'
import { allowOnlyPictures } from '@sightline/recognition/pictures/only-pictures'
import { openPicture } from '@sightline/recognition/pictures/open'
import { mixAt } from '@sightline/recognition/site/mix'
import {
  loadVehicleNetwork,
  type VehicleLook,
  type VehicleNetwork,
} from '@sightline/recognition/vehicle/vehicle'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { errorBody, note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { SingleBar } from 'cli-progress'
import { Command, Option } from 'commander'

const EXAMPLES = `
Examples:
  ./sightline read photo.jpg                      the plates, readable
  ./sightline read --json photos/                 one JSON line for each picture
  ./sightline read --json --recursive 'in/**/*.png' photos/ > reads.jsonl
  ./sightline read --draw out/ photo.jpg          the picture with its plates drawn, as out/photo.plates.jpg
  ./sightline read --engine tesseract photo.jpg   another engine
  ./sightline read --site us-ca photo.jpg         taken in California: most plates there are its own
  ./sightline read --vehicle photo.jpg            also color, kind and view of the vehicle around each plate

With --json, one line for each picture, best plate first; box is [x, y, width, height] and quad the four corners,
clockwise from the top left, both in picture pixels:
  {"image", "width", "height", "ms", "plates": [{"text", "confidence", "chars", "region",
   "regionConfidence", "box", "quad"}]}
A partly hidden plate also has "cut": true. With --site each plate has "withoutSite": {"region", "confidence"}: the
region that it would have without a site.
With --vehicle each plate has "vehicle": {"color", "kind", "view"}, each {"name", "probability"}, or null where it is not sure.
A file that cannot be read gives {"image", "error": {"code", "message", "hint"}}; the others are read all the same.

Exit status: 0 if every picture was read. If all errors are of one kind, the status of that kind (66 nothing there,
77 no permission, 65 damaged or too large); otherwise 65.`

/** From this many pictures on, a progress bar and engines in their own threads pay off. */
const MANY = 10

/** More engines than this are only started on request. */
const MOST_THREADS = 8

interface ReadOptions {
  json?: boolean
  engine: string
  draw?: string
  recursive?: boolean
  site?: string
  threads: number
  vehicle?: boolean
}

/** One line of `--json` output for a picture that was read. */
interface PictureResult {
  image: string
  width: number
  height: number
  /** From opening the file to its plates; if several are read at a time, including the wait for a thread. */
  ms: number
  plates: SeenPlate[]
}

interface SeenPlate extends PlateFinding {
  readonly vehicle?: VehicleLook
}

export function command(): Command {
  return new Command('read')
    .description('Read the plates in pictures: JPEG, PNG or WebP files, folders of them, globs in quotes.')
    .argument('<path...>', 'files, folders, globs')
    .option('--json', 'one JSON line per picture')
    .addOption(
      new Option('--engine <name>', 'recognizer to use').choices(ENGINE_NAMES).default(DEFAULT_ENGINE),
    )
    .option('--draw <folder>', 'write a copy of each picture there, with its plates drawn')
    .option('--recursive', 'look into subfolders too')
    .option(
      '--site <issuer>',
      'who issues the plates where the pictures were taken, e.g. us-ca (engine sightline)',
    )
    .option('--vehicle', 'also color, kind and view of the vehicle around each plate')
    .option(
      '--threads <n>',
      'processor threads; from ten pictures on, each reads pictures of its own',
      wholeNumber(1, 64),
      Math.min(availableParallelism(), MOST_THREADS),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: ReadOptions) => {
      process.exitCode = await readPictures(paths, options)
    })
}

async function readPictures(paths: string[], options: ReadOptions): Promise<number> {
  allowOnlyPictures()
  const pictures = await findPictures(paths, { recursive: options.recursive ?? false })
  const drawing = options.draw === undefined ? null : await drawingInto(options.draw, pictures)
  const refused: SightlineError[] = []
  const { threads, site } = options
  const mix = site === undefined ? undefined : mixAt(site)
  const workers = pictures.length >= MANY ? threads : 1
  const engine = await createEngine(options.engine, workers > 1 ? { workers } : { threads })
  const vehicles = options.vehicle ? await loadVehicleNetwork() : undefined
  const here: Finder = { find: (picture) => engine.find(picture, mix), vehicles }
  const progress = progressOf(pictures.length)
  const show = ({ path, result, error }: Outcome) => {
    if (result) {
      if (options.json) printJson(result)
      else printLine(sentence(result))
    } else {
      refused.push(error)
      if (options.json) printJson({ image: path, error: errorBody(error) })
      else note(`${error.message}${error.hint ? `. ${error.hint}` : ''} (${error.code})`)
    }
    progress?.increment()
  }
  try {
    const underWay: Promise<Outcome>[] = []
    for (const picture of pictures) {
      underWay.push(outcomeOf(here, picture, drawing))
      // One more picture is opened than are being read; results are shown in the order in which the pictures were
      // named.
      if (underWay.length >= (workers > 1 ? workers + 1 : 1)) show(await underWay.shift()!)
    }
    for (const outcome of underWay) show(await outcome)
  } finally {
    progress?.stop()
    await vehicles?.close()
    await engine.close()
  }
  return exitStatus(refused)
}

/** An engine that knows where the pictures were taken, and the recognition of vehicles if requested. */
interface Finder extends Pick<Engine, 'find'> {
  readonly vehicles: VehicleNetwork | undefined
}

/** The result for one picture. */
type Outcome = { path: string } & (
  | { result: PictureResult; error?: never }
  | { result?: never; error: SightlineError }
)

const outcomeOf = async (engine: Finder, picture: FoundPicture, draw: Draw | null): Promise<Outcome> => {
  try {
    return { path: picture.path, result: await readPicture(engine, picture, draw) }
  } catch (thrown) {
    return { path: picture.path, error: toSightlineError(thrown) }
  }
}

async function readPicture(
  { vehicles, ...engine }: Finder,
  { path, error }: FoundPicture,
  draw: Draw | null,
): Promise<PictureResult> {
  if (error) throw error
  const started = performance.now()
  const picture = await openPicture(path)
  const found = await engine.find(picture)
  const plates: SeenPlate[] = []
  for (const plate of found)
    plates.push(vehicles ? { ...plate, vehicle: await vehicles.describe(picture, plate.box) } : plate)
  const ms = Math.round(performance.now() - started)
  await draw?.(path, picture, plates)
  return { image: path, width: picture.width, height: picture.height, ms, plates }
}

/** Writes an annotated copy of a picture. */
type Draw = (path: string, picture: Picture, plates: readonly PlateFinding[]) => Promise<void>

/**
 * Draws into a folder, which is created if needed. Pictures with the same name from different folders get a number.
 * @throws OUTPUT_LOST when the folder or a file in it cannot be written
 */
async function drawingInto(folder: string, pictures: readonly FoundPicture[]): Promise<Draw> {
  const files = new Map<string, string>()
  const taken = new Set<string>()
  for (const { path } of pictures) {
    const name = basename(path, extname(path))
    let free = name
    for (let n = 2; taken.has(free); n++) free = `${name}-${n}`
    taken.add(free)
    files.set(path, join(folder, `${free}.plates.jpg`))
  }
  await mkdir(folder, { recursive: true }).catch((cause) => cannotWrite(folder, cause))
  return async (path, picture, plates) => {
    const file = files.get(path)!
    await writeFile(file, await drawPlates(picture, plates)).catch((cause) => cannotWrite(file, cause))
  }
}

function cannotWrite(path: string, cause: NodeJS.ErrnoException): never {
  throw new SightlineError('OUTPUT_LOST', `cannot write ${path} (${cause.code ?? cause.message})`, {
    cause,
    hint: 'Give --draw a folder that you may write to, on a disk with free space.',
  })
}

function sentence({ image, ms, plates }: PictureResult): string {
  const found = plates.map(({ text, confidence, region, cut, vehicle }) => {
    const issuer = region ? ` ${region}` : ''
    const hidden = cut ? ', partly hidden' : ''
    const look = vehicle ? `, ${lookText(vehicle)}` : ''
    return `${text}${issuer} (${Math.round(confidence * 100)}%${hidden})${look}`
  })
  return `${image}: ${found.length > 0 ? found.join(', ') : 'no plate'} in ${ms} ms`
}

/** "gray car, seen from the rear", as far as it was recognized. */
function lookText({ color, kind, view }: VehicleLook): string {
  const what = `${color ? `${color.name} ` : ''}${kind?.name ?? 'vehicle'}`
  return view ? `${what}, seen from the ${view.name}` : what
}

/** Only on a terminal that does not also show the results: they would break up the bar. */
function progressOf(total: number): SingleBar | null {
  if (total < MANY || !process.stderr.isTTY || process.stdout.isTTY) return null
  const bar = new SingleBar({
    format: 'reading {bar} {value} of {total} pictures, {eta_formatted} left',
    stream: process.stderr,
  })
  bar.start(total, 0)
  return bar
}

function exitStatus(refused: readonly SightlineError[]): number {
  const statuses = new Set(refused.map((error) => error.exitStatus))
  if (statuses.size === 0) return 0
  return statuses.size === 1 ? refused[0]!.exitStatus : 65
}
