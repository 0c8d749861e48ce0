import type { ComponentChildren } from 'preact'
import type { Write } from '../api/use-write.ts'
import { texts } from '../shell/texts.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Form } from './form.tsx'

interface Props<Input, Output> {
  title: string
  /** Explains the step before the user confirms it. */
  lead?: ComponentChildren
  submit: string
  kind?: 'primary' | 'danger'
  wide?: boolean
  step: Write<Input, Output>
  /** The form's data; undefined if something is missing that the browser cannot check. */
  input: (values: FormData) => Input | undefined
  onClose: () => void
  /** Fields. */
  children?: ComponentChildren
}

/** A dialog that collects input for a step and runs it. The owner of `step` closes the dialog when the step is done. */
export function AskDialog<Input, Output>(props: Props<Input, Output>) {
  const { title, lead, submit, kind = 'primary', wide = false, step, input, onClose, children } = props
  return (
    <Dialog title={title} onClose={onClose} wide={wide}>
      {lead && <p>{lead}</p>}
      <Form
        submit={submit}
        kind={kind}
        busy={step.busy}
        problem={step.problem}
        actions={<Button onClick={onClose}>{texts.cancel}</Button>}
        onSubmit={(values) => {
          const wanted = input(values)
          if (wanted !== undefined) step.submit(wanted)
        }}
      >
        {children}
      </Form>
    </Dialog>
  )
}
