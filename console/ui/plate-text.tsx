import type { Schema } from '../api/client.ts'
import { texts } from '../shell/texts.ts'
import './plate-text.css'

type Character = Schema<'Read'>['chars'][number]

interface Props {
  /** null: hidden, because the user is to read it in a picture (DSP-7), or may not know it (ACC-8). */
  plate: string | null
  /** The recognizer's confidence in each character (CAP-4): those below `SURE` are marked, all are shown on hover. */
  chars?: readonly Character[]
  /** e.g. `us-ca`, shown beside it. */
  region?: string | null
  /** `large`: the plate that is judged, with a bar of confidence below each character. */
  size?: 'small' | 'large'
}

/** Characters with at least this confidence are not marked. */
const SURE = 0.9
/** Below this, a character counts as unread. */
const POOR = 0.6

const level = (confidence: number): string =>
  confidence >= SURE ? 'sure' : confidence >= POOR ? 'unsure' : 'poor'

/** A plate as text in a mono face. Never put it into an address, a title of the window, or a log. */
export function PlateText({ plate, chars = [], region, size = 'small' }: Props) {
  if (plate === null) return <Covered />
  const known = chars.length === plate.length ? chars : []
  const unsure = known.filter(({ confidence }) => confidence < SURE)
  return (
    <span class={`plate plate-${size}`} title={known.length > 0 ? known.map(describe).join('\n') : undefined}>
      <span class="visually-hidden">
        {spellPlate(plate)}
        {unsure.length > 0 && `, ${texts.plate.unsure(unsure.map(describe).join(', '))}`}
      </span>
      <span class="plate-chars" aria-hidden="true">
        {[...plate].map((char, place) => {
          const confidence = known[place]?.confidence
          return (
            <span
              key={place}
              class={confidence === undefined ? 'plate-char' : `plate-char plate-${level(confidence)}`}
            >
              {char}
              {size === 'large' && confidence !== undefined && (
                <meter
                  class="plate-meter"
                  min={0}
                  max={1}
                  low={POOR}
                  high={SURE}
                  optimum={1}
                  value={confidence}
                />
              )}
              {size === 'large' && confidence !== undefined && (
                <span class="plate-percent">{Math.floor(confidence * 100)}</span>
              )}
            </span>
          )
        })}
      </span>
      {region && <span class="plate-region">{region.toUpperCase()}</span>}
    </span>
  )
}

/** The number of dots does not reveal the length. */
function Covered() {
  return (
    <span class="plate plate-covered" title={texts.plate.covered}>
      <span class="visually-hidden">{texts.plate.covered}</span>
      <span aria-hidden="true">•••••••</span>
    </span>
  )
}

function describe({ char, confidence, alternatives }: Character): string {
  const own = texts.plate.character(char, Math.floor(confidence * 100))
  const others = alternatives.slice(0, 3).map((other) => other.char)
  return others.length > 0 ? `${own} ${texts.plate.alternatives(others.join(', '))}` : own
}

/** With spaces, so that screen readers spell it instead of speaking a word. */
const spellPlate = (plate: string): string => [...plate].join(' ')
