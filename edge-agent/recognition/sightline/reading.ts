import { MAX_PLATE_LENGTH, type Region } from '../../../schemas/plate.ts'
import type { ReadCharacter } from '../../../schemas/read.ts'
import { CHARACTERS, distribution, round } from '../characters.ts'
import { beamSearch, charactersOf, columnsOf, softmax, type WeightedText } from './ctc.ts'
import { fits, type Grammar } from './grammar.ts'
import type { RecogniserModel } from './models.ts'
import { sigmoid } from './proposals.ts'

/** From the recogniser's numbers for one plate to its text; pure. */

export interface Reading {
  readonly text: string
  /** Probability that the whole text is right, 0 to 1: calibrated. */
  readonly confidence: number
  readonly chars: ReadCharacter[]
  readonly region: Region
  readonly regionConfidence: number
}

/**
 * @param text logits, columns × classes: the columns of the upper line, then those of the lower
 * @param region logits
 * @returns null when nothing is written there, or more than a plate can hold
 */
export function readingOf(
  text: Float32Array,
  region: Float32Array,
  model: RecogniserModel,
  grammar: Grammar,
): Reading | null {
  const { alphabet } = model.output.text
  const { region_temperature: temperature } = model.calibration
  const columns = columnsOf(text, alphabet)
  const places = softmax(
    region.map((logit) => logit / temperature),
    new Float64Array(region.length),
  )
  const [best] = ranked(beamSearch(columns), places, model.calibration, grammar)
  if (!best || best.text.length === 0 || best.text.length > MAX_PLATE_LENGTH) return null
  const likeliest = best.regions.indexOf(Math.max(...best.regions))
  const order = [...CHARACTERS].map((char) => alphabet.indexOf(char))
  return {
    text: best.text,
    confidence: round(calibrated(best, model.calibration)),
    chars: charactersOf(columns, best.text).map((classes, i) =>
      confirmed(distribution(order.map((k) => classes[k]!)), best.text[i]!),
    ),
    region: model.output.region.names[likeliest]!,
    regionConfidence: round(best.regions[likeliest]!),
  }
}

interface Ranked extends WeightedText {
  /** Probability of each region, given the text. */
  readonly regions: Float64Array
}

/**
 * The texts of a beam with the serial patterns as a prior, best first; all of them together keep their
 * probability (training/recogniser/prior.py). The patterns tell the region too.
 * @param places probability of each region from the look of the plate alone
 */
export function ranked(
  texts: readonly WeightedText[],
  places: Float64Array,
  {
    prior_weight: weight,
    prior_free: free,
  }: Pick<RecogniserModel['calibration'], 'prior_weight' | 'prior_free'>,
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

/** The probability that the text is right (training/recogniser/calibrate.py). */
export function calibrated(
  { text, probability }: WeightedText,
  { a, b, c }: Pick<RecogniserModel['calibration'], 'a' | 'b' | 'c'>,
): number {
  const p = Math.min(Math.max(probability, 1e-6), 1 - 1e-6)
  return sigmoid(a + b * Math.log(p / (1 - p)) + c * Math.log(text.length))
}

/** The character that the grammar chose comes first, whatever the pixels alone would say. */
function confirmed(read: ReadCharacter, char: string): ReadCharacter {
  if (read.char === char) return read
  const all = [{ char: read.char, confidence: read.confidence }, ...read.alternatives]
  const chosen = all.find((one) => one.char === char) ?? { char, confidence: 0 }
  return { ...chosen, alternatives: all.filter((one) => one.char !== char) }
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}
