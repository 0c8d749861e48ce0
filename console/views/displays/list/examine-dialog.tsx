import { useState } from 'preact/hooks'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Form } from '../../../ui/form.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Ends } from '../display-tags.tsx'
import { useClosing, useValidation } from '../steps/use-step.ts'
import { ValidationFields, validationOf } from '../steps/validate-dialog.tsx'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'

interface Props {
  displays: readonly Display[]
  onClose: () => void
}

/** The user's own displays that are due, one after another: there is no "all" (DSP-3). */
export function ExamineDialog({ displays, onClose }: Props) {
  const words = texts.examine
  const [at, setAt] = useState(0)
  const next = () => {
    if (at + 1 < displays.length) return setAt(at + 1)
    toast(words.done)
    onClose()
  }
  return (
    <Dialog title={words.title(at + 1, displays.length)} onClose={onClose}>
      <One key={displays[at]!.id} display={displays[at]!} next={next} />
    </Dialog>
  )
}

function One({ display, next }: { display: Display; next: () => void }) {
  const words = texts.examine
  const validation = useValidation(display.id, { said: texts.validate.done, done: next })
  const closing = useClosing(display.id, { said: texts.close.done, done: next })
  return (
    <>
      <Facts>
        <Fact name={texts.columns.plate}>
          <PlateText plate={display.plate} region={display.region} />
        </Fact>
        <Fact name={texts.detail.case}>{display.caseRef}</Fact>
        <Fact name={texts.detail.reason}>{display.reason}</Fact>
        <Fact name={texts.detail.ends}>
          <Ends display={display} />
        </Fact>
      </Facts>
      <Form
        submit={words.validate}
        busy={validation.busy}
        problem={validation.problem ?? closing.problem}
        onSubmit={(values) => validation.submit(validationOf(values))}
        actions={
          <>
            <Button kind="danger" busy={closing.busy} onClick={() => closing.submit({})}>
              {words.close}
            </Button>
            <Button onClick={next}>{words.skip}</Button>
          </>
        }
      >
        <ValidationFields />
      </Form>
      <p class="field-hint">{words.closing}</p>
    </>
  )
}
