import { answer, api, type Body, type Schema } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import { PEOPLE_KEY } from './key.ts'
import { leadOf } from './pending.tsx'

const words = texts.people

/** Changes the address; the old address is notified (ACC-7). */
export function EmailDialog({ person, onClose }: { person: Schema<'PersonView'>; onClose: () => void }) {
  const step = useWrite(
    (body: Body<'/v1/people/{id}/email'>, key) =>
      answer(
        api.POST('/v1/people/{id}/email', {
          body,
          params: { path: { id: person.id }, header: { 'idempotency-key': key } },
        }),
      ),
    {
      refresh: [PEOPLE_KEY],
      done: ({ pending }) => {
        toast(pending ? words.announced : words.emailDone)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={words.emailTitle(person.name)}
      {...{ lead: leadOf(person, 'email', words.emailLead), submit: words.newEmail, step, onClose }}
      input={(values) => ({
        email: String(values.get('email')).trim(),
        reason: String(values.get('reason')).trim(),
      })}
    >
      <Field label={words.email}>
        <input
          name="email"
          type="email"
          required
          maxLength={254}
          defaultValue={person.pending?.email ?? person.email}
        />
      </Field>
      <Field label={texts.reason} hint={texts.changeHint}>
        <textarea name="reason" required minLength={10} maxLength={500} />
      </Field>
    </AskDialog>
  )
}
