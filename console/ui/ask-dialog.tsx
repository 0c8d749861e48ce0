import type { ComponentChildren } from 'preact'
import type { Write } from '../api/use-write.ts'
import { texts } from '../shell/texts.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Form } from './form.tsx'

interface Props<Input, Output> {
  title: string
  /** What it does, before one does it. */
  lead?: ComponentChildren
  submit: string
  kind?: 'primary' | 'danger'
  wide?: boolean
  step: Write<Input, Output>
  /** What the form says; undefined when something is missing that the browser cannot check. */
  input: (values: FormData) => Input | undefined
  onClose: () => void
  /** Fields. */
  children?: ComponentChildren
}

/** A dialog that asks for something and does it; whoever gives `step` closes it when that is done. */
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
