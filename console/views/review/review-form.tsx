import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import type { Case } from '../search/pages.ts'
import type { WindowChoice } from '../search/state.ts'
import { texts as search } from '../search/texts.ts'
import { spanLimits } from '../search/window.ts'
import { texts } from './texts.ts'
import type { Asked } from './use-tool.ts'

const words = texts.form

interface Props {
  one: Case
  plate: string
  isAsked: boolean
  /** null: the question no longer applies. */
  onAsk: (asked: Asked | null) => void
}

/** The purpose and the window of the review: entered once, recorded with every tool. */
export function ReviewForm({ one, plate, isAsked, onAsk }: Props) {
  const [purpose, setPurpose] = useState('')
  const [window, setWindow] = useState<WindowChoice>({ kind: 'recent' })
  const choose = (next: WindowChoice) => {
    setWindow(next)
    // Results for one window must not appear below another one.
    onAsk(null)
  }
  const limits = spanLimits(new Date())
  const at = (local: string) => new Date(local).toISOString()
  return (
    <form
      class={isAsked ? 'review-form review-form-short' : 'review-form'}
      onSubmit={(event) => {
        event.preventDefault()
        const span = window.kind === 'span' ? { from: at(window.from), to: at(window.to) } : {}
        onAsk({ caseRef: one.caseRef, purpose: purpose.trim(), plate, ...span })
      }}
    >
      <Field label={words.purpose} hint={isAsked ? undefined : words.purposeHint}>
        <input
          required
          minLength={10}
          maxLength={500}
          autocomplete="off"
          value={purpose}
          onInput={({ currentTarget: { value } }) => setPurpose(value)}
        />
      </Field>
      <Field label={search.window.legend}>
        <select
          value={window.kind}
          onChange={({ currentTarget: { value } }) =>
            choose(value === 'span' ? { kind: 'span', from: limits.from, to: limits.to } : { kind: 'recent' })
          }
        >
          <option value="recent">{search.window.recent}</option>
          <option value="span">{search.window.span}</option>
        </select>
      </Field>
      {window.kind === 'span' &&
        (['from', 'to'] as const).map((end) => (
          <Field key={end} label={search.window[end]}>
            <input
              type="datetime-local"
              required
              min={end === 'from' ? limits.min : window.from}
              max={limits.max}
              value={window[end]}
              onChange={({ currentTarget: { value } }) => choose({ ...window, [end]: value })}
            />
          </Field>
        ))}
      <Button type="submit" kind="primary" icon="search">
        {words.submit}
      </Button>
    </form>
  )
}
