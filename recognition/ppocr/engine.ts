import { choosePlates, MIN_HEIGHT, promisingLines } from '../choose.ts'
import type { Engine, EngineOptions, PlateFinding } from '../engine.ts'
import {
  type Box,
  boundingBox,
  center,
  type Point,
  type Quad,
  quadHeight,
  quadOfBox,
  quadWidth,
} from '../geometry.ts'
import type { TextLine } from '../lines.ts'
import type { Area, Picture } from '../picture.ts'
import { loadModels, type PpocrModels } from './models.ts'
import { detect, recognize } from './networks.ts'

/** Longest side of the detector's input: PaddleOCR's default. */
const WHOLE_PICTURE = 960
/** The same for a closer look at a part: a plate's text is then about 50 pixels high. */
const CLOSER_LOOK = 480
const MAX_LOOKS = 2
/** Text of this height in the detector's input is found completely at the first look, in pixels. */
const LARGE_ENOUGH = 40
/** A plate read with this confidence needs no closer look. */
const SURE = 0.5
/** Reading a line costs about 15 ms: no street has more plates than this. */
const MAX_LINES = 24

/**
 * PP-OCRv4, a general text recognizer: finds text lines, reads them all, chooses the plates among them.
 * @throws ENGINE_UNAVAILABLE
 */
export async function createPpocr({ threads = 1, models }: EngineOptions): Promise<Engine> {
  const loaded = await loadModels(threads, models)
  return {
    name: 'ppocr',
    version: 'PP-OCRv4',
    find: (picture) => findPlates(loaded, picture),
    close: async () => {
      await loaded.detector.release()
      await loaded.recognizer.release()
    },
  }
}

async function findPlates(models: PpocrModels, picture: Picture): Promise<PlateFinding[]> {
  const whole: Area = [0, 0, picture.width, picture.height]
  const lines = await readLines(models, picture, whole, WHOLE_PICTURE)
  if (lines.length === 0 && maybeCutPlate(picture)) {
    const quad = quadOfBox([0, 0, picture.width, picture.height])
    lines.push({ quad, ...(await recognize(models, picture, quad)) })
  }
  const first = choosePlates(lines, picture)
  if (first.some((finding) => finding.confidence >= SURE)) return first
  for (const area of closerLooks(lines, picture)) {
    lines.push(...(await readLines(models, picture, area, CLOSER_LOOK)))
  }
  return choosePlates(lines, picture)
}

/** Whether the whole image may be one cropped plate, cropped too tightly for the detector. */
function maybeCutPlate({ width, height }: Picture): boolean {
  return width <= 480 && width >= 1.5 * height && width <= 7 * height
}

async function readLines(
  models: PpocrModels,
  picture: Picture,
  area: Area,
  longestSide: number,
): Promise<TextLine[]> {
  const quads = (await detect(models, picture, area, longestSide)).filter(isLegible)
  quads.sort((a, b) => quadHeight(b) - quadHeight(a))
  const lines: TextLine[] = []
  for (const quad of quads.slice(0, MAX_LINES)) {
    lines.push({ quad, ...(await recognize(models, picture, quad)) })
  }
  return lines
}

function isLegible(quad: Quad): boolean {
  const ratio = quadWidth(quad) / quadHeight(quad)
  return quadHeight(quad) >= MIN_HEIGHT && ratio > 0.8 && ratio < 15
}

/** The surroundings of the most promising lines, if these are so small that enlarging helps the detector. */
function closerLooks(lines: readonly TextLine[], picture: Picture): Area[] {
  const areas: Area[] = []
  const scale = WHOLE_PICTURE / Math.max(picture.width, picture.height)
  for (const { quad } of promisingLines(lines)) {
    if (areas.length === MAX_LOOKS) break
    if (quadHeight(quad) * scale > LARGE_ENOUGH || areas.some((area) => contains(area, center(quad))))
      continue
    areas.push(surroundings(quad, picture))
  }
  return areas
}

function surroundings(quad: Quad, picture: Picture): Area {
  const [x, y] = center(quad)
  const reach = Math.max(quadWidth(quad), 5 * quadHeight(quad))
  const corners: Point[] = [
    [x - reach, y - reach / 2],
    [x + reach, y + reach / 2],
  ]
  return boundingBox(corners, picture.width, picture.height).map(Math.floor) as Box
}

const contains = ([x, y, w, h]: Area, [px, py]: Point): boolean =>
  px >= x && px < x + w && py >= y && py < y + h
