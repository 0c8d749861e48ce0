import { regionName } from '../../../ui/regions.ts'
import type { Alert } from '../feed/entry.ts'
import { percentText } from '../percent.ts'
import { texts } from '../texts.ts'

/**
 * What agrees, what differs and what was not seen of the facts that the display names, a sentence each, then what this does to the
 * probability. Empty for alerts of displays that name none, and of older versions.
 */
export function evidenceInWords({ evidence = [], ofText, probability }: Alert['match']): string[] {
  const words = texts.evidence
  const lines = evidence.map(({ fact, result, read, certainty }) => {
    const name = words.facts[fact]
    if (result === 'unseen' || read === null) return words.unseen(name)
    const percent = certainty === null ? null : percentText(certainty)
    return words.told(name, fact === 'region' ? regionName(read) : read, percent, result)
  })
  if (lines.length === 0 || ofText === undefined) return lines
  return [...lines, words.sum(percentText(ofText), percentText(probability))]
}
