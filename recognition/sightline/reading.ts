import { MAX_PLATE_LENGTH, type Region } from '@sightline/schemas/plate'
import type { ReadCharacter } from '@sightline/schemas/read'
import { CHARACTERS, distribution, round } from '../characters.ts'
import { beamSearch, type Columns, charactersOf, columnsOf, softmax, type WeightedText } from './ctc.ts'
import { fits, type Grammar } from './grammar.ts'
import type { RecognizerModel } from './models.ts'
import { placesAt } from './prior.ts'
import { sigmoid } from './proposals.ts'

/** From the recognizer's numbers for one plate to its text; pure. */

export interface Reading {
  readonly text: string
  /** Probability that the whole text is right, 0 to 1: calibrated. */
  readonly confidence: number
  readonly chars: ReadCharacter[]
  readonly region: Region
  readonly regionConfidence: number
  /** The same without the site; only where one was given. */
  readonly withoutSite?: { readonly region: Region; readonly confidence: number }
  /** A part of the plate is hidden: the text is not whole (cut.ts). */
  readonly cut?: true
}

/** The recognizer's result for one look at a plate. */
export interface Look {
  readonly columns: Columns
  /** The most probable texts, best first. */
  readonly texts: readonly WeightedText[]
  /** Probability of each region. */
  readonly places: Float64Array
}

/**
 * @param text logits, columns × classes: the columns of the upper line, then those of the lower
 * @param region logits
 */
export function lookOf(text: Float32Array, region: Float32Array, model: RecognizerModel): Look {
  const columns = columnsOf(text, model.output.text.alphabet)
  const { region_temperature: temperature } = model.calibration
  const places = softmax(
    region.map((logit) => logit / temperature),
    new Float64Array(region.length),
  )
  return { columns, texts: beamSearch(columns), places }
}

/**
 * The text from one or several looks at the same plate: each look has the same weight.
 * @param calibration fitted for this many looks
 * @param site factor of each region there (prior.ts); left out: nothing is known of the place
 * @returns null when there is no text, or more than a plate can contain
 */
export function readingOf(
  looks: readonly Look[],
  model: RecognizerModel,
  grammar: Grammar,
  {
    calibration = model.calibration,
    site,
  }: { calibration?: Calibration; site?: Float64Array | undefined } = {},
): Reading | null {
  const places = mean(looks.map((look) => look.places))
  const texts = combineLooks(looks)
  const rank = (regions: Float64Array) => rankTexts(texts, regions, model.calibration, grammar)[0]
  const best = rank(site ? placesAt(places, site) : places)
  if (!best || best.text.length === 0 || best.text.length > MAX_PLATE_LENGTH) return null
  const { names } = model.output.region
  const { region, confidence: regionConfidence } = likeliest(best.regions, names)
  return {
    text: best.text,
    confidence: round(calibrateProbability(best, calibration)),
    chars: charsOf(looks, best.text, model.output.text.alphabet),
    region,
    regionConfidence,
    ...(site && { withoutSite: likeliest(rank(places)!.regions, names) }),
  }
}

function likeliest(regions: Float64Array, names: readonly Region[]): { region: Region; confidence: number } {
  const first = regions.indexOf(Math.max(...regions))
  return { region: names[first]!, confidence: round(regions[first]!) }
}

/**
 * The texts of all looks with their mean probabilities, best first; a text that a look does not contain counts there as
 * 0.
 */
function combineLooks(looks: readonly Look[]): WeightedText[] {
  if (looks.length === 1) return [...looks[0]!.texts]
  const sums = new Map<string, number>()
  for (const { texts } of looks) {
    for (const { text, probability } of texts) {
      sums.set(text, (sums.get(text) ?? 0) + probability / looks.length)
    }
  }
  return [...sums]
    .map(([text, probability]) => ({ text, probability }))
    .sort((a, b) => b.probability - a.probability)
}

/** The possible values of each character of the text; a look counts more the more certain it is of the text. */
function charsOf(looks: readonly Look[], text: string, alphabet: string): ReadCharacter[] {
  const order = [...CHARACTERS].map((char) => alphabet.indexOf(char))
  const views = looks.flatMap(({ columns, texts }) => {
    const weight = texts.find((one) => one.text === text)?.probability ?? 0
    return weight > 0 ? [{ weight, classes: charactersOf(columns, text) }] : []
  })
  const all = sum(views.map(({ weight }) => weight))
  return [...text].map((char, i) => {
    const chances = order.map((k) => sum(views.map(({ weight, classes }) => weight * classes[i]![k]!)) / all)
    return confirmCharacter(distribution(chances), char)
  })
}

interface Ranked extends WeightedText {
  /** Probability of each region, given the text. */
  readonly regions: Float64Array
}

/**
 * The texts of a beam with the serial patterns as a prior, best first; together they keep their probability
 * (training/recognizer/prior.py). The patterns indicate the region too.
 * @param places probability of each region from the look of the plate alone
 */
export function rankTexts(
  texts: readonly WeightedText[],
  places: Float64Array,
  {
    prior_weight: weight,
    prior_free: free,
  }: Pick<RecognizerModel['calibration'], 'prior_weight' | 'prior_free'>,
  grammar: Grammar,
): Ranked[] {
  const scored = texts.map(({ text, probability }) => {
    const joint = fits(grammar, text, places.length, free).map((fit, i) => fit * places[i]!)
    const total = sum(joint)
    return { text, probability: probability * total ** weight, regions: joint.map((value) => value / total) }
  })
  const change =
    sum(texts.map(({ probability }) => probability)) / sum(scored.map(({ probability }) => probability))
  return scored
    .map((one) => ({ ...one, probability: one.probability * change }))
    .sort((a, b) => b.probability - a.probability)
}

export type Calibration = Pick<RecognizerModel['calibration'], 'a' | 'b' | 'c'>

/** The probability that the text is right (training/recognizer/calibrate.py). */
export function calibrateProbability({ text, probability }: WeightedText, { a, b, c }: Calibration): number {
  const p = Math.min(Math.max(probability, 1e-6), 1 - 1e-6)
  return sigmoid(a + b * Math.log(p / (1 - p)) + c * Math.log(text.length))
}

/** Puts the character that the grammar chose first, whatever the pixels alone would say. */
function confirmCharacter(read: ReadCharacter, char: string): ReadCharacter {
  if (read.char === char) return read
  const all = [{ char: read.char, confidence: read.confidence }, ...read.alternatives]
  const chosen = all.find((one) => one.char === char) ?? { char, confidence: 0 }
  return { ...chosen, alternatives: all.filter((one) => one.char !== char) }
}

const mean = (rows: readonly Float64Array[]): Float64Array =>
  rows[0]!.map((_, i) => sum(rows.map((row) => row[i]!)) / rows.length)

const sum = (values: ArrayLike<number>): number => {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}
