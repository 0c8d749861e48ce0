import { PORTS_OF_ENTRY } from '@sightline/schemas/ports-of-entry'
import { useMemo, useState } from 'preact/hooks'
import { MapView, type Place } from '../../map/map.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Chip, ChipText } from './chip.tsx'
import { areaText, cornersOf, positionOf } from './place.ts'
import { draftFault, draftOf, drawDraft, placeOf, withKind, withPick } from './place-draft.ts'
import { CircleFields, CornerFields } from './place-fields.tsx'
import { correct, form } from './state.ts'
import { texts } from './texts.ts'
import { POSITION_RADIUS_M, type Wanted } from './wanted.ts'

const RADII = [100, 250, 500, 1000, 2000, 5000, 10_000, 25_000, 50_000]
const words = texts.chips

/** Where: an address or a position with a radius, or an area of corners. */
export function PlaceChip({ wanted }: { wanted: Wanted }) {
  const corners = cornersOf(wanted.place)
  const remove = () => correct({ place: '', radiusM: null })
  if (corners) {
    return (
      <Chip label={words.inside} onRemove={remove}>
        <span>{areaText(corners)}</span>
        <PlaceButton>{words.change}</PlaceButton>
      </Chip>
    )
  }
  const isPosition = positionOf(wanted.place) !== null
  const radius = wanted.radiusM ?? (isPosition ? POSITION_RADIUS_M : 0)
  const radii = [...new Set([...RADII, radius])].filter((meters) => meters > 0).sort((a, b) => a - b)
  return (
    <Chip label={words.place} onRemove={remove}>
      <ChipText
        value={wanted.place}
        label={words.place}
        most={200}
        onChange={(place) => correct({ place })}
      />
      <select
        aria-label={words.radius}
        value={String(radius)}
        onChange={({ currentTarget: { value } }) => correct({ radiusM: Number(value) || null })}
      >
        {!isPosition && <option value="0">{words.atParser}</option>}
        {radii.map((meters) => (
          <option key={meters} value={meters}>
            {words.meters(meters)}
          </option>
        ))}
      </select>
    </Chip>
  )
}

/** Opens the map on which a place is chosen. */
export function PlaceButton({ children }: { children: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button kind="quiet" icon="place" onClick={() => setOpen(true)}>
        {children}
      </Button>
      {isOpen && <PlaceDialog onClose={() => setOpen(false)} />}
    </>
  )
}

const dialogWords = texts.placeDialog
const KINDS = ['circle', 'polygon'] as const
/** Size of the view around a port of entry, degrees: its streets and crossings. */
const NEAR = 0.03

/** A place picked on the map, or typed: a circle or an area; it is written into the box as text. */
function PlaceDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(form.value.wanted))
  const [focus, setFocus] = useState<readonly Place[]>()
  const shown = useMemo(() => drawDraft(draft), [draft])
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
    <Dialog title={dialogWords.title} onClose={onClose} wide>
      <form class="search-where" onSubmit={submit}>
        <div class="search-where-map">
          <MapView
            label={dialogWords.map}
            points={shown.points}
            areas={shown.areas}
            focus={focus}
            onPick={(at) => setDraft((now) => withPick(now, at))}
            hasTable
          />
        </div>
        <div class="search-where-fields">
          <fieldset class="search-where-kinds">
            <legend class="legend">{dialogWords.kind}</legend>
            {KINDS.map((kind) => (
              <label key={kind} class="choice">
                <input
                  type="radio"
                  name="kind"
                  checked={draft.kind === kind}
                  onChange={() => setDraft(withKind(draft, kind))}
                />
                {dialogWords.kinds[kind]}
              </label>
            ))}
          </fieldset>
          <p class="field-hint">{dialogWords.how[draft.kind]}</p>
          {draft.kind === 'circle' ? (
            <CircleFields draft={draft} onChange={setDraft} />
          ) : (
            <CornerFields draft={draft} onChange={setDraft} />
          )}
          <Field label={dialogWords.port}>
            <select onChange={({ currentTarget: { value } }) => setFocus(aroundPort(Number(value)))}>
              <option value="-1">{dialogWords.noPort}</option>
              {PORTS_OF_ENTRY.map(({ name }, n) => (
                <option key={name} value={n}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <p class={fault ? 'search-advice' : 'field-hint'} role="status">
            {fault
              ? dialogWords.faults[fault]
              : draft.kind === 'polygon' && dialogWords.corners(draft.corners.length)}
          </p>
          <div class="form-actions">
            <Button type="submit" kind="primary" disabled={place === null}>
              {dialogWords.submit}
            </Button>
            <Button onClick={onClose}>{dialogWords.cancel}</Button>
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
