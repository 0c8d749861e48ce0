import { Field } from '../../ui/field.tsx'
import { change, correct, form, saidOf, type WindowChoice } from './state.ts'
import { texts } from './texts.ts'
import { isWholePlate } from './wanted.ts'
import { spanLimits } from './window.ts'

const words = texts.window

/** When: the last 30 days first, any window within five years on request (QRY-3, QRY-4). */
export function WindowChoiceFields() {
  const { window, wanted } = form.value
  const limits = spanLimits(new Date())
  // What is chosen here replaces what was typed.
  const set = (next: WindowChoice) => (saidOf(window) ? correct({}, next) : change({ window: next }))
  const hint = isWholePlate(wanted) || !(wanted.place || wanted.plate) ? words.why : words.placeWhy
  return (
    <fieldset class="search-window">
      <legend class="legend">{words.legend}</legend>
      <label class="choice">
        <input
          type="radio"
          name="window"
          checked={window.kind === 'recent'}
          onChange={() => set({ kind: 'recent' })}
        />
        {words.recent}
      </label>
      <label class="choice">
        <input
          type="radio"
          name="window"
          checked={window.kind === 'span'}
          onChange={() => set({ kind: 'span', from: limits.from, to: limits.to })}
        />
        {words.span}
      </label>
      {window.kind === 'span' && (
        <div class="search-span">
          {(['from', 'to'] as const).map((end) => (
            <Field key={end} label={words[end]}>
              <input
                type="datetime-local"
                required
                min={end === 'from' ? limits.min : window.from}
                max={limits.max}
                value={window[end]}
                onChange={({ currentTarget: { value } }) =>
                  set({ kind: 'span', from: window.from, to: window.to, [end]: value })
                }
              />
            </Field>
          ))}
        </div>
      )}
      <p class="field-hint">{hint}</p>
    </fieldset>
  )
}
