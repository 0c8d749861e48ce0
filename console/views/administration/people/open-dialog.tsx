import { answer, api, type Body, type Schema } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import { PEOPLE_KEY } from './key.ts'
import { SupervisorField } from './supervisor-field.tsx'

const words = texts.people

/** A new account; only the person gets the link (ACC-7). */
export function OpenDialog({
  supervisors,
  onClose,
}: {
  supervisors: readonly Schema<'PersonView'>[]
  onClose: () => void
}) {
  const step = useWrite((body: Body<'/v1/people'>) => answer(api.POST('/v1/people', { body })), {
    refresh: [PEOPLE_KEY],
    done: () => {
      toast(words.opened)
      onClose()
    },
  })
  const text = (values: FormData, name: string) => String(values.get(name)).trim()
  return (
    <AskDialog
      {...{ title: words.open, lead: words.openLead, submit: words.submitOpen, step, onClose }}
      input={(values) => {
        const singleSignOn = text(values, 'singleSignOn')
        return {
          id: text(values, 'id'),
          name: text(values, 'name'),
          email: text(values, 'email'),
          supervisor: text(values, 'supervisor') || null,
          ...(singleSignOn && { singleSignOn }),
        }
      }}
    >
      <Field label={words.name}>
        <input name="name" required maxLength={100} autocomplete="off" />
      </Field>
      <Field label={words.id} hint={words.idHint}>
        <input name="id" required pattern="[a-z0-9][a-z0-9_\-]{1,39}" autocomplete="off" spellcheck={false} />
      </Field>
      <Field label={words.email}>
        <input name="email" type="email" required maxLength={254} autocomplete="off" />
      </Field>
      <SupervisorField supervisors={supervisors} />
      <Field label={words.sso} hint={words.ssoHint}>
        <input name="singleSignOn" maxLength={255} autocomplete="off" />
      </Field>
    </AskDialog>
  )
}
