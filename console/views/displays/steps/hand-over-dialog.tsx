import { Colleagues } from '../../../shell/colleagues.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import { useHandOver } from './use-step.ts'

/** A supervisor hands over the display of somebody who leaves to another analyst (DSP-3). */
export function HandOverDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const words = texts.handOver
  const step = useHandOver(id, { said: words.done, done: onClose })
  return (
    <AskDialog
      {...{ title: words.title, lead: words.lead, submit: words.submit, step, onClose }}
      input={(values) => ({
        to: String(values.get('to')).trim(),
        reason: String(values.get('reason')).trim(),
      })}
    >
      <Field label={words.to}>
        <input name="to" required maxLength={60} list="colleagues" autocomplete="off" spellcheck={false} />
      </Field>
      <Colleagues id="colleagues" />
      <Field label={words.reason} hint={words.reasonHint}>
        <textarea name="reason" required minLength={10} maxLength={500} />
      </Field>
    </AskDialog>
  )
}
