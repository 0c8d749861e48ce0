import { useState } from 'preact/hooks'
import { answer, api, type Body } from '../../../api/client.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { aboutText } from '../about-text.ts'
import { ReasonField } from '../keep-dialogs.tsx'
import { textIn, useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Case } from '../types.ts'

type NewSubject = Body<'/v1/cases/{id}/subjects'>
type Kind = 'plate' | 'place' | 'vehicle'
type PlaceBy = 'address' | 'circle'
const KINDS: readonly Kind[] = ['plate', 'place', 'vehicle']

/** Adds a plate, place or vehicle to the subjects of the case, with its origin (QRY-6). */
export function SubjectDialog({ one, onClose }: { one: Case; onClose: () => void }) {
  const words = texts.subjects.dialog
  const [kind, setKind] = useState<Kind>('plate')
  const [placeBy, setPlaceBy] = useState<PlaceBy>('address')
  const step = useStep(
    (body: NewSubject, header) =>
      answer(api.POST('/v1/cases/{id}/subjects', { body, params: { path: { id: one.id }, header } })),
    { said: words.done, done: onClose },
  )
  return (
    <AskDialog
      {...{ title: words.title, submit: words.submit, step, onClose }}
      input={(values) => {
        const ledFrom = textIn(values, 'ledFrom')
        const about = aboutIn(values, kind, placeBy)
        return { about, reason: textIn(values, 'reason'), ...(ledFrom && { ledFrom }) }
      }}
    >
      <Choices
        legend={words.kind}
        name="kind"
        options={KINDS.map((value) => [value, texts.subjects.kinds[value]])}
        value={kind}
        set={setKind}
      />
      {kind === 'plate' && (
        <Field label={words.plate}>
          <input
            name="plate"
            class="cases-plate-input"
            required
            maxLength={30}
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
      )}
      {kind === 'place' && (
        <>
          <Choices
            legend={words.placeBy}
            name="placeBy"
            options={[
              ['address', words.address],
              ['circle', words.circle],
            ]}
            value={placeBy}
            set={setPlaceBy}
          />
          {placeBy === 'address' ? (
            <Field label={words.addressLabel} hint={words.addressHint}>
              <input name="address" required minLength={3} maxLength={200} autocomplete="off" />
            </Field>
          ) : (
            <div class="cases-columns">
              <Field label={words.lat}>
                <input name="lat" type="number" required min={-90} max={90} step="any" />
              </Field>
              <Field label={words.lon}>
                <input name="lon" type="number" required min={-180} max={180} step="any" />
              </Field>
            </div>
          )}
          <Field label={words.radius}>
            <input name="radius" type="number" min={0} max={50_000} required={placeBy === 'circle'} />
          </Field>
        </>
      )}
      {kind === 'vehicle' && (
        <>
          <p class="field-hint">{words.vehicleHint}</p>
          <div class="cases-columns">
            <Field label={words.make}>
              <input name="make" maxLength={40} />
            </Field>
            <Field label={words.model}>
              <input name="model" maxLength={40} />
            </Field>
            <Field label={words.color}>
              <input name="color" maxLength={20} />
            </Field>
          </div>
        </>
      )}
      {one.subjects.length > 0 && (
        <Field label={words.ledFrom} hint={words.ledFromHint}>
          <select name="ledFrom">
            <option value="">{words.direct}</option>
            {one.subjects.map(({ id, about }) => (
              <option key={id} value={id}>
                {aboutText(about)}
              </option>
            ))}
          </select>
        </Field>
      )}
      <ReasonField label={words.reason} />
    </AskDialog>
  )
}

interface ChoicesProps<Value extends string> {
  legend: string
  name: string
  options: readonly (readonly [Value, string])[]
  value: Value
  set: (value: Value) => void
}

function Choices<Value extends string>({ legend, name, options, value, set }: ChoicesProps<Value>) {
  return (
    <fieldset>
      <legend class="legend">{legend}</legend>
      <div class="cases-choices">
        {options.map(([one, label]) => (
          <label key={one} class="choice">
            <input type="radio" name={name} checked={value === one} onChange={() => set(one)} />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function aboutIn(values: FormData, kind: Kind, placeBy: PlaceBy): NewSubject['about'] {
  const text = (name: string) => textIn(values, name)
  if (kind === 'plate') return { plate: text('plate') }
  if (kind === 'vehicle') {
    const said = (['make', 'model', 'color'] as const).filter((name) => text(name) !== '')
    return { vehicle: Object.fromEntries(said.map((name) => [name, text(name)])) }
  }
  const radiusM = Number(text('radius'))
  if (placeBy === 'address') return { place: { address: text('address'), ...(radiusM > 0 && { radiusM }) } }
  return { place: { lat: Number(text('lat')), lon: Number(text('lon')), radiusM } }
}
