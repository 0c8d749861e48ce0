import { answer, api } from '../../../api/client.ts'
import { Colleagues } from '../../../shell/colleagues.tsx'
import { navigate } from '../../../shell/navigate.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { ReasonField } from '../keep-dialogs.tsx'
import { idIn, textIn, useStep } from '../steps.ts'
import { texts } from '../texts.ts'

interface Props {
  id: string
  /** The owner hands it over; if the owner has left, their supervisor does. */
  isMine?: boolean
  onClose: () => void
}

/** A case gets another owner (ACC-8). */
export function HandOverDialog({ id, isMine = false, onClose }: Props) {
  const words = texts.handOver
  const step = useStep(
    (body: { to: string; reason: string }, header) =>
      answer(api.POST('/v1/cases/{id}/hand-over', { body, params: { path: { id }, header } })),
    { said: words.done, done: isMine ? () => navigate('/cases') : onClose },
  )
  return (
    <AskDialog
      {...{ title: words.title, submit: words.submit, step, onClose }}
      lead={isMine ? `${words.lead} ${words.leadYours}` : words.lead}
      input={(values) => ({ to: idIn(values, 'to'), reason: textIn(values, 'reason') })}
    >
      <Field label={words.to} hint={texts.personHint}>
        <input name="to" required maxLength={64} list="cases-people" autocomplete="off" spellcheck={false} />
      </Field>
      <Colleagues id="cases-people" />
      <ReasonField label={words.reason} />
    </AskDialog>
  )
}
