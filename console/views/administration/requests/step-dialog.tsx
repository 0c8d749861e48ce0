import { answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { nameOf } from '../../../shell/directory.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import { FILES_KEY } from './use-files.ts'

export type StepName = 'approve' | 'grant' | 'refuse' | 'end'
const words = texts.requests

interface Props {
  name: StepName
  person: string
  id: string
  onClose: () => void
}

/** A step on a request, with its reason (ACC-1). */
export function StepDialog({ name, person, id, onClose }: Props) {
  const step = useWrite(
    (reason: string) =>
      answer(
        api.POST(`/v1/access/{person}/requests/{id}/${name}`, {
          body: { reason },
          params: { path: { person, id } },
        }),
      ),
    {
      refresh: [FILES_KEY, ['oversight', 'due']],
      done: () => {
        toast(words.done[name])
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={words.titles[name](nameOf(person))}
      lead={words.leads[name]}
      submit={words[name]}
      kind={name === 'refuse' || name === 'end' ? 'danger' : 'primary'}
      {...{ step, onClose }}
      input={(values) => String(values.get('reason')).trim()}
    >
      <Field label={texts.reason} hint={texts.reasonHint}>
        <textarea name="reason" required minLength={20} maxLength={1000} />
      </Field>
    </AskDialog>
  )
}
