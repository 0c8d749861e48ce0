import type { Write } from '../../../api/use-write.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Form } from '../../../ui/form.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import type { NewPassOn } from '../detail/steps.ts'
import type { AlertWork } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import { useRecipients } from '../use-recipients.ts'
import { useDone } from './use-done.ts'

interface Props {
  step: Write<NewPassOn, AlertWork>
  caseRef: string
  onClose: () => void
}

/** Shares a verified sighting: to whom, under which authority (DSP-7, AUD-7). */
export function PassOnDialog({ step, caseRef, onClose }: Props) {
  const words = texts.passOn
  const recipients = useRecipients()
  useDone(step, onClose)
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p>{words.lead}</p>
      <Loaded query={recipients}>
        {(list) =>
          list.length === 0 ? (
            <Empty text={words.noRecipients} />
          ) : (
            <Form
              submit={words.submit}
              busy={step.busy}
              problem={step.problem}
              actions={<Button onClick={onClose}>{shell.cancel}</Button>}
              onSubmit={(values) => {
                const note = String(values.get('note')).trim()
                step.submit({
                  recipient: String(values.get('recipient')),
                  authority: String(values.get('authority')).trim(),
                  ...(note && { note }),
                })
              }}
            >
              <p>
                {words.case} <strong>{caseRef}</strong>
              </p>
              <Field label={words.recipient}>
                <select name="recipient" required>
                  <option value="">{words.choose}</option>
                  {list.map(({ id, name, channel }) => (
                    <option key={id} value={id}>
                      {words.recipientOption(name, words.channels[channel])}
                    </option>
                  ))}
                </select>
              </Field>
              <Field label={words.authority} hint={words.authorityHint}>
                <input name="authority" required minLength={10} maxLength={500} />
              </Field>
              <Field label={words.note} hint={words.noteHint}>
                <textarea name="note" maxLength={1000} />
              </Field>
            </Form>
          )
        }
      </Loaded>
    </Dialog>
  )
}
