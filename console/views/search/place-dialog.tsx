import { PORTS_OF_ENTRY } from '@sightline/schemas/ports-of-entry'
import { useMemo, useState } from 'preact/hooks'
import { MapView, type Place } from '../../map/map.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { draftFault, draftOf, drawn, placeOf, withKind, withPick } from './place-draft.ts'
import { CircleFields, CornerFields } from './place-fields.tsx'
import { correct, form } from './state.ts'
import { texts } from './texts.ts'

const words = texts.placeDialog
const KINDS = ['circle', 'polygon'] as const
/** Around a port of entry so much is shown, degrees: its streets and crossings. */
const NEAR = 0.03

/** A place chosen on the map, or typed: a circle or an area; it goes into the box as words. */
export function PlaceDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(form.value.wanted))
  const [focus, setFocus] = useState<readonly Place[]>()
  const shown = useMemo(() => drawn(draft), [draft])
  const fault = draftFault(draft)
  const place = placeOf(draft)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    event.stopPropagation()
    if (!place) return
    correct(place)
    onClose()
  }
  return (
    <Dialog title={words.title} onClose={onClose} wide>
      <form class="search-where" onSubmit={submit}>
        <div class="search-where-map">
          <MapView
            label={words.map}
            points={shown.points}
            areas={shown.areas}
            focus={focus}
            onPick={(at) => setDraft((now) => withPick(now, at))}
            hasTable
          />
        </div>
        <div class="search-where-fields">
          <fieldset class="search-where-kinds">
            <legend class="legend">{words.kind}</legend>
            {KINDS.map((kind) => (
              <label key={kind} class="choice">
                <input
                  type="radio"
                  name="kind"
                  checked={draft.kind === kind}
                  onChange={() => setDraft(withKind(draft, kind))}
                />
                {words.kinds[kind]}
              </label>
            ))}
          </fieldset>
          <p class="field-hint">{words.how[draft.kind]}</p>
          {draft.kind === 'circle' ? (
            <CircleFields draft={draft} onChange={setDraft} />
          ) : (
            <CornerFields draft={draft} onChange={setDraft} />
          )}
          <Field label={words.port}>
            <select onChange={({ currentTarget: { value } }) => setFocus(aroundPort(Number(value)))}>
              <option value="-1">{words.noPort}</option>
              {PORTS_OF_ENTRY.map(({ name }, n) => (
                <option key={name} value={n}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <p class={fault ? 'search-advice' : 'field-hint'} role="status">
            {fault ? words.faults[fault] : draft.kind === 'polygon' && words.corners(draft.corners.length)}
          </p>
          <div class="form-actions">
            <Button type="submit" kind="primary" disabled={place === null}>
              {words.submit}
            </Button>
            <Button onClick={onClose}>{words.cancel}</Button>
          </div>
        </div>
      </form>
    </Dialog>
  )
}

function aroundPort(n: number): Place[] | undefined {
  const port = PORTS_OF_ENTRY[n]
  if (!port) return undefined
  return [-NEAR, NEAR].map((by) => ({ lat: port.lat + by, lon: port.lon + by }))
}
