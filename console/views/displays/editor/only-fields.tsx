import { VEHICLE_KINDS } from '@sightline/schemas/vehicle-words'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import { AreaField } from './area-field.tsx'
import type { Draft, OwnerType } from './draft.ts'
import { TimesField } from './times-field.tsx'

const OWNERS: readonly OwnerType[] = [
  'agency',
  'law-enforcement',
  'toll-operator',
  'private-business',
  'repossession',
]

interface Props {
  draft: Draft
  set: (change: Partial<Draft>) => void
}

/** Which reads of the plate count: vehicle, cameras, place, times, confidence. */
export function OnlyFields({ draft, set }: Props) {
  const words = texts.editor
  const text = (key: 'makes' | 'models' | 'colors' | 'cameras') => (
    <input
      value={draft[key]}
      maxLength={500}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => set({ [key]: event.currentTarget.value })}
    />
  )
  return (
    <>
      <p class="displays-note">{words.onlyHint}</p>
      <div class="displays-columns">
        <Field label={words.makes} hint={words.words}>
          {text('makes')}
        </Field>
        <Field label={words.models} hint={words.words}>
          {text('models')}
        </Field>
        <Field label={words.colors} hint={words.words}>
          {text('colors')}
        </Field>
      </div>
      <fieldset class="displays-fieldset">
        <legend class="legend">{words.kinds}</legend>
        <div class="displays-choices">
          {VEHICLE_KINDS.map((kind) => (
            <label key={kind} class="choice">
              <input
                type="checkbox"
                checked={draft.kinds.includes(kind)}
                onChange={() =>
                  set({ kinds: VEHICLE_KINDS.filter((one) => (one === kind) !== draft.kinds.includes(one)) })
                }
              />
              {words.kindNames[kind]}
            </label>
          ))}
        </div>
      </fieldset>
      <div class="displays-columns">
        <Field label={words.cameras} hint={words.camerasHint}>
          {text('cameras')}
        </Field>
        <Field label={words.minConfidence}>
          <input
            type="number"
            min={0}
            max={100}
            step="any"
            value={draft.minConfidence}
            onInput={(event) => set({ minConfidence: event.currentTarget.value })}
          />
        </Field>
      </div>
      <fieldset class="displays-fieldset">
        <legend class="legend">{words.ownerTypes}</legend>
        <div class="displays-choices">
          {OWNERS.map((type) => (
            <label key={type} class="choice">
              <input
                type="checkbox"
                checked={draft.ownerTypes.includes(type)}
                onChange={() =>
                  set({
                    ownerTypes: OWNERS.filter((one) => (one === type) !== draft.ownerTypes.includes(one)),
                  })
                }
              />
              {words.ownerTypeNames[type]}
            </label>
          ))}
        </div>
      </fieldset>
      <TimesField draft={draft} set={set} />
      <AreaField area={draft.area} set={(area) => set({ area })} />
    </>
  )
}
