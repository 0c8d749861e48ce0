import { answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { texts } from '../../../texts/oversight.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import type { Finding, Item } from '../types.ts'

const words = texts.review
const VERDICTS = ['in order', 'explained', 'investigate'] as const

/** One verdict on one item, with its reason (AUD-3). */
export function JudgeDialog({
  quarter,
  item,
  onClose,
}: {
  quarter: string
  item: Item
  onClose: () => void
}) {
  const step = useWrite(
    (body: Finding, key) =>
      answer(
        api.POST('/v1/oversight/reviews/{quarter}/items/{item}', {
          ...{ body, params: { path: { quarter, item: item.id }, header: { 'idempotency-key': key } } },
        }),
      ),
    {
      refresh: [['oversight']],
      done: () => {
        toast(words.saved)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={item.record ? words.record(item.record.number) : words.signal}
      {...{ submit: words.save, step, onClose }}
      input={(values) => ({
        verdict: values.get('verdict') as Finding['verdict'],
        reason: String(values.get('reason')).trim(),
      })}
    >
      <fieldset class="oversight-choices">
        <legend class="legend">{words.verdict}</legend>
        {VERDICTS.map((verdict) => (
          <label key={verdict} class="choice">
            <input
              type="radio"
              name="verdict"
              value={verdict}
              required
              checked={item.finding?.verdict === verdict}
            />
            <span>
              {words.verdicts[verdict]} <span class="oversight-muted">{words.verdictHints[verdict]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={texts.reason} hint={texts.reasonHint}>
        <textarea
          name="reason"
          required
          minLength={20}
          maxLength={1000}
          defaultValue={item.finding?.reason ?? ''}
        />
      </Field>
    </AskDialog>
  )
}
