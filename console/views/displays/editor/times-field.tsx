import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import type { Day, Draft } from './draft.ts'

const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
/** Zones of the United States by their usual names; others may be typed. */
const ZONES = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'America/Puerto_Rico',
  'UTC',
]

interface Props {
  draft: Draft
  set: (change: Partial<Draft>) => void
}

/** On which days and at which hours, in which zone. */
export function TimesField({ draft, set }: Props) {
  const words = texts.editor
  const { days, from, to, timeZone } = draft
  const isSet = days.length > 0 || from !== '' || to !== ''
  return (
    <>
      <fieldset class="displays-fieldset">
        <legend class="legend">{words.days}</legend>
        <div class="displays-choices">
          {DAYS.map((day) => (
            <label key={day} class="choice">
              <input
                type="checkbox"
                checked={days.includes(day)}
                onChange={() => set({ days: DAYS.filter((one) => (one === day) !== days.includes(one)) })}
              />
              {words.dayNames[day]}
            </label>
          ))}
        </div>
      </fieldset>
      <div class="displays-columns">
        <Field label={words.from}>
          <input type="time" value={from} onChange={(event) => set({ from: event.currentTarget.value })} />
        </Field>
        <Field label={words.to}>
          <input type="time" value={to} onChange={(event) => set({ to: event.currentTarget.value })} />
        </Field>
        {isSet && (
          <Field label={words.timeZone}>
            <input
              required
              list="displays-zones"
              maxLength={40}
              value={timeZone}
              onInput={(event) => set({ timeZone: event.currentTarget.value })}
            />
          </Field>
        )}
      </div>
      <datalist id="displays-zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {(from !== '' || to !== '') && <p class="field-hint">{words.hoursHint}</p>}
    </>
  )
}
