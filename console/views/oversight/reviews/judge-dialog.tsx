import { answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { RecordFacts } from '../audit/record-facts.tsx'
import { SignalFacts } from '../misuse/signal-facts.tsx'
import { texts } from '../texts.ts'
import type { Finding, Item } from '../types.ts'
import { titleOf } from './title.ts'

const words = texts.review
const VERDICTS = ['in order', 'explained', 'investigate'] as const

interface Props {
  quarter: string
  item: Item
  /** Whether another item waits; it is shown next. */
  goesOn: boolean
  onDone: () => void
  onRecord: (number: number) => void
  onClose: () => void
}

/** Shows one item in full, and takes a verdict with its reason (AUD-3). */
export function JudgeDialog({ quarter, item, goesOn, onDone, onRecord, onClose }: Props) {
  const step = useWrite(
    (body: Finding, key) =>
      answer(
        api.POST('/v1/oversight/reviews/{quarter}/items/{item}', {
          body,
          params: { path: { quarter, item: item.id }, header: { 'idempotency-key': key } },
        }),
      ),
    {
      refresh: [['oversight']],
      done: () => {
        toast(words.saved)
        onDone()
      },
    },
  )
  return (
    <AskDialog
      title={titleOf(item)}
      {...{ submit: goesOn ? words.next : words.save, step, onClose }}
      wide
      input={(values) => ({
        verdict: values.get('verdict') as Finding['verdict'],
        reason: String(values.get('reason')).trim(),
      })}
    >
      <p class="oversight-why">{item.why}</p>
      {item.record && <RecordFacts number={item.record.number} />}
      {item.signal && <SignalFacts signal={item.signal} onRecord={onRecord} />}
      <fieldset class="oversight-choices">
        <legend class="legend">{words.verdict}</legend>
        {VERDICTS.map((verdict) => (
          <label key={verdict} class="choice">
            <input
              type="radio"
              name="verdict"
              value={verdict}
              required
              defaultChecked={item.finding?.verdict === verdict}
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
