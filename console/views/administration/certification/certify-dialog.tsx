import { answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { nameOf } from '../../../shell/directory.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { FILES_KEY } from '../requests/use-files.ts'
import { texts } from '../texts.ts'

const words = texts.certification

/** The yearly certification of one person (ACC-4). */
export function CertifyDialog({ person, onClose }: { person: string; onClose: () => void }) {
  const step = useWrite(
    (reason: string) =>
      answer(
        api.POST('/v1/access/{person}/certification', { body: { reason }, params: { path: { person } } }),
      ),
    {
      refresh: [FILES_KEY, ['oversight', 'due']],
      done: () => {
        toast(words.certified)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={words.certifyTitle(nameOf(person))}
      {...{ lead: words.certifyLead, submit: words.certify, step, onClose }}
      input={(values) => String(values.get('reason')).trim()}
    >
      <Field label={texts.reason} hint={texts.reasonHint}>
        <textarea name="reason" required minLength={20} maxLength={1000} />
      </Field>
    </AskDialog>
  )
}
