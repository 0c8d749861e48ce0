import { texts } from '../texts.ts'
import type { Draft } from './draft.ts'

interface Props {
  draft: Draft
  set: (change: Partial<Draft>) => void
}

/** Whether a display requires facts that cameras only guess, and the cost of that. */
export function StrictField({ draft, set }: Props) {
  const words = texts.editor
  return (
    <div class="field">
      <label class="choice">
        <input
          type="checkbox"
          name="strict"
          checked={draft.strict}
          aria-describedby="displays-strict-hint"
          onChange={(event) => set({ strict: event.currentTarget.checked })}
        />
        {words.strict}
      </label>
      <p class="field-hint" id="displays-strict-hint">
        {draft.strict ? words.strictCost : words.strictHint}
      </p>
    </div>
  )
}
