import type { IssuerMix } from '../engine.ts'
import type { RecognizerModel } from './models.ts'

/**
 * What a camera's site says about who issued a plate, together with what the network sees; pure.
 *
 * The network was trained on plates of which a share τ(r) came from issuer r, so what it says of a plate x is q(r | x) for
 * that mix. Where issuer r has the share s(r) instead, Bayes' theorem gives
 *
 *     P(r | x) ∝ q(r | x) · s(r) / τ(r)
 *
 * (M. Saerens, P. Latinne, C. Decaestecker: Adjusting the Outputs of a Classifier to New a Priori Probabilities, Neural
 * Computation 14(1), 2002). Together with the text t, of which the characters say p(t | x) and the serial patterns
 * fit(t, r) (grammar.ts):
 *
 *     P(t, r | x) ∝ p(t | x) · fit(t, r) · P(r | x)
 *
 * `rankTexts` of reading.ts computes this, with the first line or without it. So the site helps to choose the text (in
 * California a digit comes first), and the text helps to choose the issuer.
 */

export interface PriorRules {
  /** Exponent of s/τ, 0 to 1: 0 ignores the site, 1 takes the network's probabilities as honest. */
  readonly weight: number
  /**
   * The floor: no issuer's factor is less than one `limit`th of the largest. So a rare plate is never impossible, and
   * an issuer that the network is `limit` times as sure of as of any other stays first at every site.
   */
  readonly limit: number
}

/**
 * Chosen on synthetic plates: of the weights up to 1, 1 gives the right region the most probability at each of seven sites; a limit
 * of 300 instead of 100 gives it more again, and one above 300 little more, while plates from elsewhere lose (`python -m
 * recognizer.site` in training/).
 */
const RULES: PriorRules = { weight: 1, limit: 300 }

/** The factor for the network's probability of each region at a site. */
export const siteFactors = (
  { output: { region } }: Pick<RecognizerModel, 'output'>,
  mix: IssuerMix,
): Float64Array => factorsOf(region.names, mix, region.mix, RULES)

/**
 * @param names of the network's regions
 * @param mix at the site; ignored if it has no weight, or a share that is not finite
 * @param trained mix in training; undefined: all equal
 * @returns a factor above 0 for each region
 */
export function factorsOf(
  names: readonly string[],
  mix: IssuerMix,
  trained: IssuerMix | undefined,
  { weight, limit }: PriorRules,
): Float64Array {
  const ratios = Float64Array.from(names, (name) => {
    const share = trained ? (trained[name] ?? 0) : 1
    return share > 0 ? ((mix[name] ?? 0) / share) ** weight : 0
  })
  const most = Math.max(...ratios)
  return most > 0 && most < Number.POSITIVE_INFINITY
    ? ratios.map((ratio) => Math.max(ratio / most, 1 / limit))
    : ratios.fill(1)
}

/** Probabilities of the regions at a site. */
export function placesAt(places: Float64Array, factors: Float64Array): Float64Array {
  const joint = places.map((place, i) => place * factors[i]!)
  const total = joint.reduce((sum, value) => sum + value, 0)
  return joint.map((value) => value / total)
}
