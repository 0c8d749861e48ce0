import type { Engine, EngineOptions, IssuerMix, PlateFinding } from '../engine.ts'
import {
  type Box,
  boundingBox,
  extent,
  mapQuad,
  overlap,
  type Quad,
  quadHeight,
  quadOfBox,
} from '../geometry.ts'
import type { Picture } from '../picture.ts'
import { CUT_CONFIDENCE, halvesOf } from './cut.ts'
import { readDoubtful } from './doubtful.ts'
import { isSerial } from './grammar.ts'
import { locate } from './locate.ts'
import { loadModels, type Models } from './models.ts'
import { siteFactors } from './prior.ts'
import type { Scored } from './proposals.ts'
import type { Reading } from './reading.ts'
import { recognize } from './recognize.ts'
import { readPlates } from './unsettled.ts'

/**
 * The project's own networks: a locator, a refiner of its corners, a recognizer (training/). The confidence is
 * calibrated: of the reads at 0.9, nine in ten are right.
 * @throws ENGINE_UNAVAILABLE
 */
export async function createSightline({ threads = 1, models }: EngineOptions): Promise<Engine> {
  const loaded = await loadModels(threads, models)
  return {
    name: 'sightline',
    version: loaded.version,
    find: (picture, mix) => findPlates(loaded, picture, mix),
    close: async () => {
      for (const session of Object.values(loaded.sessions)) await session.release()
    },
  }
}

async function findPlates(
  models: Models,
  picture: Picture,
  mix: IssuerMix | undefined,
): Promise<PlateFinding[]> {
  const site = mix && siteFactors(models.recognizer, mix)
  const { plates, doubtful } = await locate(models, picture)
  const whole = maybeCutPlate(plates, picture)
  const places = whole ? [...plates, whole] : plates
  const read = (quads: readonly Quad[]) => recognize(models, picture, quads, site)
  const isWhole = ({ text, region, cut }: Reading) =>
    !cut && isSerial(text, models.grammar, models.recognizer.output.region.names.indexOf(region))
  const sure = (await readPlates(places, read, isWhole))
    .filter(({ place, reading }) => place !== whole || reading.confidence >= LEGIBLE)
    .map(({ place, reading }) => findingOf(place, reading, picture))
  const unsure = (await readDoubtful(doubtful, read, isWhole)).map((one) =>
    findingOf(one.place, one.reading, picture),
  )
  const found = [...sure, ...unsure].sort((a, b) => b.rank - a.rank)
  const chosen: Ranked[] = []
  for (const finding of found) {
    if (!chosen.some((other) => overlap(other.box, finding.box) > SAME_PLATE)) chosen.push(finding)
  }
  const halves = halvesOf(chosen)
  return chosen.map(({ rank: _rank, ...finding }) =>
    halves.has(finding.quad)
      ? { ...finding, confidence: Math.min(finding.confidence, CUT_CONFIDENCE), cut: true }
      : finding,
  )
}

/** Two findings are one plate when this much of one lies within the other. */
const SAME_PLATE = 0.8
/** Larger images, and those of other proportions, are not cropped plates. */
const CUT_PLATE = { maxWidth: 480, minRatio: 1.5, maxRatio: 7 }
/** A plate that takes more of an image's width than this may be the whole image. */
const FILLS = 0.5
/** An image counts as a plate only when it reads like one with this confidence. */
const LEGIBLE = 0.3

/**
 * The whole image, if it may be a cropped plate, perhaps cropped too tightly for the locator. Its score is not higher
 * than that of plates located in it.
 */
function maybeCutPlate(located: readonly Scored[], { width, height }: Picture): Scored | null {
  const { maxWidth, minRatio, maxRatio } = CUT_PLATE
  if (width > maxWidth || width < minRatio * height || width > maxRatio * height) return null
  const widest = Math.max(0, ...located.map(({ quad }) => extent(quad)[2]))
  if (located.length > 0 && widest < FILLS * width) return null
  return { quad: quadOfBox([0, 0, width, height]), score: located[0]?.score ?? 1 }
}

interface Ranked extends PlateFinding {
  readonly rank: number
}

/** Certain, legible and near plates first: the height of the plate indicates nearness, damped. */
function findingOf({ quad, score }: Scored, reading: Reading, { width, height }: Picture): Ranked {
  const corners = mapQuad(quad, ([x, y]) => [tenths(x), tenths(y)])
  const legible = reading.confidence ** (1 / reading.text.length)
  return {
    ...reading,
    box: boundingBox(corners, width, height).map(tenths) as Box,
    quad: corners,
    rank: score * legible * Math.sqrt(quadHeight(quad)),
  }
}

/** More precision than a tenth of a pixel is meaningless. */
const tenths = (value: number): number => Math.round(value * 10) / 10
