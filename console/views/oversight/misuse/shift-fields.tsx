import { useState } from 'preact/hooks'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import type { Settings } from './draft.ts'

const words = texts.misuse
const OFFICE_HOURS = { days: [1, 2, 3, 4, 5], fromHour: 6, toHour: 20 }

/** When people work; a shift may end on the next day. */
export function ShiftFields({ shift }: { shift: Settings['shift'] }) {
  const [has, setHas] = useState(shift !== null)
  const { days, fromHour, toHour } = shift ?? OFFICE_HOURS
  return (
    <>
      <label class="choice">
        <input
          type="checkbox"
          name="hasShift"
          checked={has}
          onChange={(event) => setHas(event.currentTarget.checked)}
        />
        {words.hasShift}
      </label>
      {has && (
        <>
          <fieldset>
            <legend class="legend">{words.weekdays}</legend>
            <div class="filter-bar oversight-bar">
              {words.day.map((day, at) => (
                <label key={day} class="choice">
                  <input type="checkbox" name="days" value={at + 1} defaultChecked={days.includes(at + 1)} />
                  {day}
                </label>
              ))}
            </div>
          </fieldset>
          <div class="oversight-columns">
            <Field label={words.timeZone}>
              <input
                name="timeZone"
                required
                maxLength={60}
                defaultValue={shift?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone}
              />
            </Field>
            <Field label={words.fromHour}>
              <input name="fromHour" type="number" required min={0} max={24} defaultValue={fromHour} />
            </Field>
            <Field label={words.toHour}>
              <input name="toHour" type="number" required min={0} max={24} defaultValue={toHour} />
            </Field>
          </div>
        </>
      )}
    </>
  )
}
