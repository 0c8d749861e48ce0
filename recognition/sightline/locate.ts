import { extent, iou, mapQuad, type Quad } from '../geometry.ts'
import { Tensor } from '../onnx.ts'
import type { Picture } from '../picture.ts'
import { warp } from '../rectify.ts'
import type { Models } from './models.ts'
import { type CellMap, isSame, propose, type Scored, sigmoid, suppress } from './proposals.ts'
import { halveReduced, type Reduced, reducePicture } from './reduced.ts'
import { areaFor, fromWindow, windowAround } from './window.ts'

/** A place that may be a plate; its score combines both networks. */
interface Candidate extends Scored {
  /** The locator's own score. */
  readonly first: number
  /** What the refiner was shown. */
  readonly before: Scored
}

/** A place that the two networks disagree about. */
export interface DoubtfulPlace extends Scored {
  /** Its corners as the refiner saw them first: what is a plate reads the same there. */
  readonly before: Quad
}

/** A place that both networks take for a plate. */
export interface PlatePlace extends Scored {
  /** Its corners after a third look, where the second one moved them much. */
  readonly third?: Quad
}

export interface Located {
  /** Best first. */
  readonly plates: PlatePlace[]
  readonly doubtful: DoubtfulPlace[]
}

/**
 * The refiner knows fewer kinds of plates than the locator (large ones, stickers on glass, plates without a frame): a place
 * that it refuses is doubtful if the locator is so sure, or its own first look gave so much. Chosen on `openimages` and the
 * train split of `dashcam-ro`, where 0.6 and 0.3 such places a frame are left to read.
 */
const DOUBTFUL = { first: 0.4, score: 0.2 }

/**
 * The locator sees no plate that is wider than about two thirds of its image. Where the first look finds none, it looks again at
 * half the scale, for plates from this share of the picture's width on: 0.8 ms, and nothing where there are plates. Chosen on
 * rendered plates that fill 40 to 97 % of the picture, of which a tenth was not found.
 */
const NEAR = 0.4

/**
 * Where the plates of an image are: the locator proposes on the reduced image, the refiner looks twice at
 * full scale and finds the corners; its second look, from the quad of the first, is straighter and closer
 * (training/locator/README.md explains it). Scores are 0 to 1.
 */
export async function locate(models: Models, picture: Picture): Promise<Located> {
  const reduced = await reducePicture(models.locator, picture)
  const far = await judge(models, picture, await proposalsIn(models, reduced))
  if (far.plates.length > 0 || !mayHideLarge(reduced)) return far
  const proposals = await proposalsIn(models, halveReduced(reduced))
  const large = proposals.filter(({ quad }) => extent(quad)[2] >= NEAR * picture.width)
  if (large.length === 0) return far
  const near = await judge(models, picture, large)
  const doubtful = suppress([...far.doubtful, ...near.doubtful], models.locator.overlap, true)
  return { plates: near.plates, doubtful }
}

/** Smaller images show large plates small enough, and in a strip there is none. Pixels. */
const mayHideLarge = ({ gray: { width, height } }: Reduced): boolean =>
  Math.max(width, height) >= 480 && Math.min(width, height) >= 32

/** What the refiner says of the proposals. */
async function judge(models: Models, picture: Picture, proposals: readonly Scored[]): Promise<Located> {
  const { overlap, again, accept } = models.locator
  const seen = await look(
    models,
    picture,
    proposals.map((proposal) => ({ ...proposal, first: proposal.score, before: proposal })),
  )
  // Several proposals often show one plate, and the first look reveals it: only one of them needs the second.
  const promising = suppress(seen, overlap, true).filter(
    ({ score, first }) => score >= again || score >= DOUBTFUL.score || first >= DOUBTFUL.first,
  )
  const seenAgain = await look(models, picture, promising)
  const isPlate = ({ score, before }: Candidate) => score >= accept && before.score >= again
  const plates = suppress(seenAgain.filter(isPlate), overlap, true)
  const others = seenAgain.filter(
    (place) => !isPlate(place) && !plates.some((plate) => isSame(plate, place, overlap, true)),
  )
  const doubtful = suppress(others, overlap, true)
  const unsettled = [...plates, ...doubtful].filter(
    ({ quad, before }) => iou(extent(quad), extent(before.quad)) < SETTLED,
  )
  const thirds = new Map((await look(models, picture, unsettled)).map(({ before, quad }) => [before, quad]))
  return {
    plates: plates.map((plate) => {
      const third = thirds.get(plate)
      return { quad: plate.quad, score: plate.score, ...(third && { third }) }
    }),
    doubtful: doubtful.map((place) => {
      const third = thirds.get(place)
      return third
        ? { quad: third, score: place.score, before: place.quad }
        : { quad: place.quad, score: place.score, before: place.before.quad }
    }),
  }
}

/**
 * The refiner moves a wide or a large plate's corners step by step. Where its second look moved them so far (intersection over
 * union with the first), it looks a third time: one plate in thirty.
 */
const SETTLED = 0.85

async function proposalsIn(
  { locator: model, sessions }: Models,
  { gray: { data, width, height }, scale }: Reduced,
): Promise<Scored[]> {
  const { multiple, offset, outputs, strides, overlap, propose: threshold, proposals: most } = model.locator
  const padded = (length: number) => Math.ceil(length / multiple) * multiple
  const [w, h] = [padded(width), padded(height)]
  const input = new Uint8Array(w * h)
  for (let y = 0; y < height; y++) input.set(data.subarray(y * width, (y + 1) * width), y * w)
  const output = await sessions.locator.run({ picture: new Tensor('uint8', input, [1, 1, h, w]) })
  const maps = outputs.map((name, i): CellMap => {
    const { data, dims } = output[name]!
    return { data: data as Float32Array, height: dims[2]!, width: dims[3]!, stride: strides[i]! }
  })
  const found = propose(maps, offset, threshold, most, overlap)
  return found.map(({ quad, score }) => ({ quad: mapQuad(quad, ([x, y]) => [x / scale, y / scale]), score }))
}

/** The candidates as the refiner sees them, all in one run; without those outside the image. */
async function look(
  { locator: model, sessions }: Models,
  picture: Picture,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const { width, height, grow } = model.refiner
  const views = await Promise.all(
    candidates.map(async (candidate) => {
      const window = windowAround(candidate.quad, grow)
      const pixels = await viewOf(picture, window, width, height)
      return pixels ? [{ candidate, window, pixels }] : []
    }),
  )
  const inside = views.flat()
  if (inside.length === 0) return []
  const input = new Uint8Array(inside.length * width * height)
  for (const [i, { pixels }] of inside.entries()) input.set(pixels, i * width * height)
  const tensor = new Tensor('uint8', input, [inside.length, 1, height, width])
  const { plate } = await sessions.refiner.run({ window: tensor })
  const answers = plate!.data as Float32Array
  return inside.map(({ window, candidate }, i) =>
    refineCandidate(answers.subarray(9 * i, 9 * i + 9), window, candidate),
  )
}

/** The parallelogram `window` of the image, straightened; null when it lies outside. */
async function viewOf(
  picture: Picture,
  window: Quad,
  width: number,
  height: number,
): Promise<Uint8Array | null> {
  const needed = areaFor(window, width, picture)
  if (!needed) return null
  const { area, shrink } = needed
  const [x, y, w, h] = area
  const pixels = await picture.pixels({ area, width: w / shrink, height: h / shrink, channels: 1 })
  const local = mapQuad(window, (p) => [(p[0] - x) / shrink, (p[1] - y) / shrink])
  return warp(pixels, local, width, height, 'black').data
}

/**
 * @param answer the refiner's: a logit, then the four corners, -1…1 across the window
 * @param before its `first`, the locator's score, counts less, because the locator saw the plate smaller
 */
function refineCandidate(answer: Float32Array, window: Quad, before: Candidate): Candidate {
  const { first } = before
  const corner = (k: number) => fromWindow(window, (answer[1 + 2 * k]! + 1) / 2, (answer[2 + 2 * k]! + 1) / 2)
  return {
    quad: [corner(0), corner(1), corner(2), corner(3)],
    first,
    before,
    score: first ** 0.25 * sigmoid(answer[0]!) ** 0.75,
  }
}
