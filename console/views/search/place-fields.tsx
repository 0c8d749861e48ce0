import { useRef } from 'preact/hooks'
import type { Place } from '../../map/types.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { MOST_CORNERS, positionOf, positionText } from './place.ts'
import { type PlaceDraft, withCorner, withoutCorner, withPick } from './place-draft.ts'
import { texts } from './texts.ts'

const words = texts.placeDialog
/** In the syntax of `positionOf`, for the browser's own check. */
const PATTERN = '\\s*-?\\d{1,2}(\\.\\d+)?\\s*[,\\s]\\s*-?\\d{1,3}(\\.\\d+)?\\s*'

interface Props {
  draft: PlaceDraft
  onChange: (draft: PlaceDraft) => void
}

/** Center and radius of a circle, as numbers. */
export function CircleFields({ draft, onChange }: Props) {
  return (
    <div class="search-where-circle">
      <Field label={words.center} hint={words.positionHint}>
        <PositionInput at={draft.center} onPlace={(at) => onChange({ ...draft, center: at })} />
      </Field>
      <Field label={words.radius} hint={words.radiusHint(draft.radiusM)}>
        <input
          type="number"
          required
          min={10}
          max={50_000}
          step={10}
          value={draft.radiusM}
          onInput={({ currentTarget: { validity, valueAsNumber } }) => {
            if (!validity.badInput && valueAsNumber >= 10 && valueAsNumber <= 50_000)
              onChange({ ...draft, radiusM: Math.round(valueAsNumber) })
          }}
        />
      </Field>
    </div>
  )
}

/** The corners of an area in order; each can be corrected or removed, and one added. */
export function CornerFields({ draft, onChange }: Props) {
  const more = useRef<HTMLInputElement>(null)
  const add = () => {
    const at = positionOf(more.current?.value ?? '')
    if (at) {
      onChange(withPick(draft, at))
      more.current!.value = ''
    }
    more.current?.reportValidity()
    more.current?.focus()
  }
  return (
    <>
      <ol class="search-corners" aria-label={words.cornerList}>
        {draft.corners.map((at, n) => (
          <li key={n}>
            <PositionInput
              label={words.corner(n + 1)}
              at={at}
              onPlace={(place) => onChange(withCorner(draft, n, place))}
            />
            <Button
              kind="quiet"
              aria-label={words.removeCorner(n + 1)}
              onClick={() => {
                more.current?.focus()
                onChange(withoutCorner(draft, n))
              }}
            >
              <Icon name="close" />
            </Button>
          </li>
        ))}
      </ol>
      <div class="search-corner-more">
        <Field label={words.newCorner} hint={words.positionHint}>
          <input
            ref={more}
            pattern={PATTERN}
            autocomplete="off"
            onKeyDown={(event) => {
              // Enter adds the corner; a separate button applies the whole.
              if (event.key !== 'Enter' || !event.currentTarget.value) return
              event.preventDefault()
              add()
            }}
          />
        </Field>
        <Button icon="plus" disabled={draft.corners.length >= MOST_CORNERS} onClick={add}>
          {words.add}
        </Button>
      </div>
    </>
  )
}

interface InputProps {
  /** If no field around it says so. */
  label?: string
  at: Place | null
  onPlace: (at: Place) => void
  id?: string
}

/** A position as one text, as copied from maps; applied once it is complete. */
function PositionInput({ label, at, onPlace, ...field }: InputProps) {
  return (
    <input
      {...field}
      aria-label={label}
      required
      pattern={PATTERN}
      autocomplete="off"
      spellcheck={false}
      defaultValue={at ? positionText(at) : ''}
      key={at ? positionText(at) : ''}
      onChange={({ currentTarget: { value } }) => {
        const place = positionOf(value)
        if (place) onPlace(place)
      }}
    />
  )
}
