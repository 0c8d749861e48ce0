import { answer, api, type Body } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { nameOf } from '../../../shell/directory.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { FILES_KEY } from '../requests/use-files.ts'
import { texts } from '../texts.ts'

const words = texts.certification

/** Records that somebody else has completed the training (ACC-3). */
export function TrainingDialog({ person, onClose }: { person: string; onClose: () => void }) {
  const step = useWrite(
    (body: Body<'/v1/access/{person}/training'>) =>
      answer(api.POST('/v1/access/{person}/training', { body, params: { path: { person } } })),
    {
      refresh: [FILES_KEY, ['oversight', 'due']],
      done: () => {
        toast(words.trained)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={words.trainTitle(nameOf(person))}
      {...{ lead: words.trainLead, submit: words.train, step, onClose }}
      input={(values) => ({
        completedAt: new Date(String(values.get('completed'))).toISOString(),
        certificate: String(values.get('certificate')).trim(),
      })}
    >
      <Field label={words.completed}>
        <input name="completed" type="date" required max={new Date().toISOString().slice(0, 10)} />
      </Field>
      <Field label={words.certificate}>
        <input name="certificate" required minLength={3} maxLength={100} autocomplete="off" />
      </Field>
    </AskDialog>
  )
}
