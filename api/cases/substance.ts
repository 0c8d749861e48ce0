import { SightlineError } from '@sightline/schemas/errors'

/** Minimum number of different words in a statement. */
const LEAST_WORDS = 3

/** Whether a text has at least three different words; "xxxx xxxx" and "1234567890" do not. */
export const hasSubstance = (text: string): boolean =>
  new Set(text.toLowerCase().match(/\p{L}{2,}/gu)).size >= LEAST_WORDS

/**
 * @param what as the error calls it: `reason for saving`
 * @param requirement that demands it
 * @throws RULE_BROKEN
 */
export function requireSubstance(text: string, what: string, requirement: string): void {
  if (hasSubstance(text)) return
  throw new SightlineError('RULE_BROKEN', `the ${what} says too little (${requirement})`, {
    hint: `Explain it in at least ${LEAST_WORDS} different words, e.g. "Whereabouts of the vehicle after the seizure".`,
  })
}
