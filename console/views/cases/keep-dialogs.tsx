import type { ComponentChildren } from 'preact'
import type { Write } from '../../api/use-write.ts'
import { AskDialog } from '../../ui/ask-dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { dayOf, endOfDay } from '../../ui/time.ts'
import { textIn } from './steps.ts'
import { texts } from './texts.ts'

interface RenewProps<Output> {
  /** Its current end. */
  until: string
  /** Latest possible end, with the reason. */
  atMost?: string
  step: Write<{ until: string; reason: string }, Output>
  onClose: () => void
}

/** Keeping something longer, with a reason (AUD-6). */
export function RenewDialog<Output>({ until, atMost, step, onClose }: RenewProps<Output>) {
  const words = texts.renew
  return (
    <AskDialog
      {...{ title: words.title, lead: words.lead, submit: words.submit, step, onClose }}
      input={(values) => {
        const day = textIn(values, 'until')
        // The last day of the case is as long as the case, not to the end of that day.
        const end = atMost && day === dayOf(atMost) ? atMost : endOfDay(day)
        return { until: end, reason: textIn(values, 'reason') }
      }}
    >
      <Field label={words.until} hint={atMost && words.atMost}>
        <input name="until" type="date" required min={dayOf(until)} max={atMost && dayOf(atMost)} />
      </Field>
      <ReasonField label={words.reason} />
    </AskDialog>
  )
}

interface ReasonProps<Output> {
  title: string
  lead: ComponentChildren
  reason: string
  submit: string
  kind?: 'primary' | 'danger'
  step: Write<{ reason: string }, Output>
  onClose: () => void
}

/** A step that takes a reason and nothing else. */
export function ReasonDialog<Output>({ reason, ...rest }: ReasonProps<Output>) {
  return (
    <AskDialog {...rest} input={(values) => ({ reason: textIn(values, 'reason') })}>
      <ReasonField label={reason} />
    </AskDialog>
  )
}

/** A field for the reason; the api refuses empty phrases. Form value `reason`. */
export function ReasonField({ label }: { label: string }) {
  return (
    <Field label={label} hint={texts.reasonHint}>
      <textarea name="reason" required minLength={20} maxLength={1000} />
    </Field>
  )
}
