import { several } from '@sightline/schemas/several'
import { groupBy, type SignalFinder, signal } from './signal.ts'

/** Words that fit any purpose, and reveal nothing about this one. */
const STOCK = new Set(
  'a about an and any as at business case check checking for from general get in info information inquiry inquiries invest investigate investigation investigative is it law le enforcement lookup look matter misc n na necessary needed none of official on only other plate police purpose purposes query reason research routine run search see some stuff subject suspect test that the this to up use vehicle with work'.split(
    ' ',
  ),
)
/** Minimum number of specific words in a purpose. */
const LEAST = 2

const wordsOf = (purpose: string): string[] => purpose.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []

/** Whether a purpose contains nothing specific: "official law enforcement business", "checking vehicle". */
export const isVague = (purpose: string): boolean =>
  new Set(wordsOf(purpose).filter((word) => !STOCK.has(word))).size < LEAST

/** Vague purposes. */
export const vagueReason: SignalFinder = ({ questions }, { thresholds }) =>
  [...groupBy(questions, ({ person }) => person)].flatMap(([person, asked]) => {
    const vague = asked.filter(({ purpose }) => isVague(purpose))
    if (vague.length < thresholds.vague) return []
    return signal('vague-reason', [person], null, vague, {
      explanation: `For ${vague.length} of ${several(asked.length, 'query', 'queries')}, ${person} stated a purpose that fits any query; ${thresholds.vague} or more is unusual.`,
      perhaps: 'The case may say what the purpose leaves out: read its subjects and their reasons.',
    })
  })

/** One purpose, word for word, for different cases. Within one case the same purpose is normal. */
export const copiedReason: SignalFinder = ({ questions }, { thresholds }) => {
  const same = groupBy(questions, ({ person, purpose }) => {
    const words = wordsOf(purpose).join(' ')
    return words === '' ? null : `${person} ${words}`
  })
  return [...same.values()].flatMap((asked) => {
    const cases = new Set(asked.map(({ caseRef }) => caseRef)).size
    if (cases < thresholds.copiedCases) return []
    const { person } = asked[0]!
    return signal('copied-reason', [person], null, asked, {
      explanation: `${person} stated the same purpose for ${several(asked.length, 'query', 'queries')} in ${several(cases, 'case')}; ${several(thresholds.copiedCases, 'case')} or more is unusual.`,
      perhaps: 'Cases of one operation may share their purpose, and some units use a prescribed text.',
    })
  })
}
