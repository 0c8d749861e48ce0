import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { endOfDay } from '../../../ui/time.ts'
import { lastDayBounds } from '../editor/last-day.ts'
import { texts } from '../texts.ts'
import { useValidation } from './use-step.ts'

/** The yearly re-examination of one display (DSP-3). */
export function ValidateDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const words = texts.validate
  const step = useValidation(id, { said: words.done, done: onClose })
  return (
    <AskDialog
      {...{ title: words.title, lead: words.lead, submit: words.submit, step, onClose }}
      input={(values) => validationOf(values)}
    >
      <ValidationFields />
    </AskDialog>
  )
}

export function ValidationFields() {
  const words = texts.validate
  return (
    <>
      <Field label={words.reason} hint={words.reasonHint}>
        <textarea name="reason" required minLength={10} maxLength={500} />
      </Field>
      <Field label={words.lastDay}>
        <input name="lastDay" type="date" {...lastDayBounds()} />
      </Field>
    </>
  )
}

export function validationOf(values: FormData): { reason: string; expiresAt?: string } {
  const lastDay = String(values.get('lastDay'))
  return {
    reason: String(values.get('reason')).trim(),
    ...(lastDay && { expiresAt: endOfDay(lastDay) }),
  }
}
