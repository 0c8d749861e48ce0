import type { ComponentChildren } from 'preact'
import type { ProblemError } from '../api/problem.ts'
import { Button } from './button.tsx'
import { ProblemBox } from './states.tsx'

interface Props {
  /** Called with the form's data when the browser's own checks pass. */
  onSubmit: (values: FormData, form: HTMLFormElement) => void
  submit: string
  busy: boolean
  /** The api's answer to the last attempt. */
  problem: ProblemError | null
  kind?: 'primary' | 'danger'
  /** Buttons next to the submit button. */
  actions?: ComponentChildren
  children: ComponentChildren
}

/** A form of native elements. The browser checks it; if the api refuses it, the api's message is shown. */
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
