import type { ComponentChildren } from 'preact'
import type { ProblemError } from '../api/problem.ts'
import { Button } from './button.tsx'
import { ProblemBox } from './states.tsx'

interface Props {
  /** Called with what was typed, once the browser's own checks pass. */
  onSubmit: (values: FormData, form: HTMLFormElement) => void
  submit: string
  busy: boolean
  /** What the api said about the last try. */
  problem: ProblemError | null
  kind?: 'primary' | 'danger'
  /** Buttons beside the one that submits. */
  actions?: ComponentChildren
  children: ComponentChildren
}

/** A form of native elements: checked by the browser, refused by the api in its own words. */
export function Form({ onSubmit, submit, busy, problem, kind = 'primary', actions, children }: Props) {
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) onSubmit(new FormData(event.currentTarget), event.currentTarget)
      }}
    >
      {children}
      {problem && <ProblemBox problem={problem} />}
      <div class="form-actions">
        <Button type="submit" kind={kind} busy={busy}>
          {submit}
        </Button>
        {actions}
      </div>
    </form>
  )
}
