import { PlateText } from '../../../ui/plate-text.tsx'
import { regionName } from '../../../ui/regions.ts'
import type { Alert } from '../feed/entry.ts'
import { percentText } from '../percent.ts'
import { texts } from '../texts.ts'

type Character = Alert['read']['chars'][number]

/** Alternatives to show: minimum probability, and maximum number. */
const WORTH = 0.01
const MOST = 2

const others = ({ alternatives }: Character) =>
  alternatives.filter(({ confidence }) => confidence >= WORTH).slice(0, MOST)

/** The text in large type, with the recognizer's confidence in each character and its alternatives (CAP-4). */
export function CharGrid({
  plate,
  chars,
  region,
}: {
  plate: string
  chars: readonly Character[]
  region: string | null
}) {
  const words = texts.compare
  const hasOthers = chars.some((char) => others(char).length > 0)
  return (
    <div class="alert-chars">
      <span class="alert-chars-line">
        <PlateText plate={plate} chars={chars} size="large" />
        {region && <span class="alert-region">{regionName(region)}</span>}
      </span>
      {hasOthers && (
        <ul class="alert-others" aria-label={words.chars}>
          {chars.map((char, place) => {
            const list = others(char)
            if (list.length === 0) return null
            const { char: best, confidence } = char
            return (
              <li key={place}>
                {words.char(place + 1, best, percentText(confidence))},{' '}
                {words.alternatives(
                  list
                    .map((other) => words.alternative(other.char, percentText(other.confidence)))
                    .join(', '),
                )}
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
