import { useState } from 'preact/hooks'
import { texts as shell } from '../../../shell/texts.ts'
import { Field } from '../../../ui/field.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { RegionOptions } from '../../../ui/region-options.tsx'
import { texts } from '../texts.ts'
import { CaseField } from './case-field.tsx'
import { type Draft, onlyOf } from './draft.ts'
import { lastDayBounds } from './last-day.ts'
import { OnlyFields } from './only-fields.tsx'
import { PortsField } from './ports-field.tsx'
import { StrictField } from './strict-field.tsx'

const PRIORITIES = ['high', 'normal', 'low'] as const

interface Props {
  draft: Draft
  set: (change: Partial<Draft>) => void
  /** When a stored display was last validated. Its plate cannot be changed: another plate is another display. */
  validatedAt?: string
}

/** The fields of a display: what it watches for, why, which reads, how sure. */
export function Fields({ draft, set, validatedAt }: Props) {
  const isStored = validatedAt !== undefined
  const words = texts.editor
  const [isNarrow] = useState(onlyOf(draft) !== undefined || draft.strict)
  const [isFine] = useState(draft.minProbability !== '' || draft.ports.length > 0)
  return (
    <>
      <section class="card">
        <h2>{words.what}</h2>
        {isStored ? (
          <div class="field">
            <span class="legend">{words.plate}</span>
            <span>
              <PlateText plate={draft.plate || null} />
            </span>
            <p class="field-hint">{words.plateFixed}</p>
          </div>
        ) : (
          <Field label={words.plate} hint={words.plateHint}>
            <input
              name="plate"
              class="displays-plate-input"
              required
              maxLength={80}
              value={draft.plate}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              onInput={(event) => set({ plate: event.currentTarget.value })}
            />
          </Field>
        )}
        <div class="displays-columns">
          <Field label={words.region} hint={words.regionHint}>
            <select value={draft.region} onChange={(event) => set({ region: event.currentTarget.value })}>
              <option value="">{texts.anyRegion}</option>
              <RegionOptions />
            </select>
          </Field>
          <Field label={words.priority}>
            <select
              value={draft.priority}
              onChange={(event) => set({ priority: event.currentTarget.value as Draft['priority'] })}
            >
              {PRIORITIES.map((priority) => (
                <option key={priority} value={priority}>
                  {shell.priority[priority]}
                </option>
              ))}
            </select>
          </Field>
        </div>
      </section>
      <section class="card">
        <h2>{words.matter}</h2>
        <CaseField draft={draft} set={set} />
        <Field label={words.reason} hint={words.reasonHint}>
          <textarea
            name="reason"
            required
            minLength={10}
            maxLength={500}
            value={draft.reason}
            onInput={(event) => set({ reason: event.currentTarget.value })}
          />
        </Field>
        <Field label={words.lastDay} hint={words.lastDayHint}>
          <input
            type="date"
            {...lastDayBounds(isStored ? new Date(validatedAt) : undefined)}
            value={draft.lastDay}
            required={isStored}
            onChange={(event) => set({ lastDay: event.currentTarget.value })}
          />
        </Field>
      </section>
      <details class="card displays-more" open={isNarrow}>
        <summary>{words.only}</summary>
        <OnlyFields draft={draft} set={set} />
        <StrictField draft={draft} set={set} />
      </details>
      <details class="card displays-more" open={isFine}>
        <summary>{words.finer}</summary>
        <Field label={words.minProbability} hint={words.minProbabilityHint}>
          <input
            type="number"
            min={1}
            max={100}
            step="any"
            value={draft.minProbability}
            onInput={(event) => set({ minProbability: event.currentTarget.value })}
          />
        </Field>
        <PortsField ports={draft.ports} set={(ports) => set({ ports })} />
      </details>
    </>
  )
}
