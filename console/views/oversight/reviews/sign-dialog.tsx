import { answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'

const words = texts.review

/** The signature that ends a review; it cannot be taken back (AUD-3). */
export function SignDialog({ quarter, onClose }: { quarter: string; onClose: () => void }) {
  const step = useWrite(
    (statement: string, key) =>
      answer(
        api.POST('/v1/oversight/reviews/{quarter}/sign-off', {
          body: { statement },
          params: { path: { quarter }, header: { 'idempotency-key': key } },
        }),
      ),
    {
      refresh: [['oversight']],
      done: () => {
        toast(words.signed)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={words.signTitle(quarter)}
      {...{ lead: words.signLead, submit: words.sign, kind: 'danger', step, onClose }}
      input={(values) => String(values.get('statement')).trim()}
    >
      <Field label={words.statement} hint={words.statementHint}>
        <textarea name="statement" required minLength={20} maxLength={1000} />
      </Field>
      <label class="choice">
        <input type="checkbox" required />
        {words.understood}
      </label>
    </AskDialog>
  )
}
