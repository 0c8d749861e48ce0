import { answer, api, type Body, type Schema } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import { PEOPLE_KEY } from './key.ts'
import { SupervisorField } from './supervisor-field.tsx'

type Change = Body<'/v1/people/{id}', 'patch'>
const words = texts.people
const OFFICES = ['supervisor', 'system-owner', 'oversight', 'administrator'] as const

interface Props {
  person: Schema<'PersonView'>
  supervisors: readonly Schema<'PersonView'>[]
  onClose: () => void
}

/** Offices, supervisor, suspension (ACC-1, ACC-7). */
export function ChangeDialog({ person, supervisors, onClose }: Props) {
  const step = useWrite(
    (body: Change) => answer(api.PATCH('/v1/people/{id}', { body, params: { path: { id: person.id } } })),
    {
      refresh: [PEOPLE_KEY],
      done: ({ pending }) => {
        toast(pending?.kind === 'offices' ? words.officeAnnounced : words.changed)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={words.changeTitle(person.name)}
      {...{ lead: words.changeLead, submit: words.submitChange, step, onClose }}
      input={(values) => ({
        offices: values.getAll('offices') as Change['offices'] & string[],
        supervisor: String(values.get('supervisor')) || null,
        suspended: values.get('suspended') !== null,
        reason: String(values.get('reason')).trim(),
      })}
    >
      <fieldset class="administration-choices">
        <legend class="legend">{words.offices}</legend>
        {OFFICES.map((office) => (
          <label key={office} class="choice">
            <input
              type="checkbox"
              name="offices"
              value={office}
              defaultChecked={person.offices.includes(office)}
            />
            <span>
              {shell.roles[office]}: <span class="administration-muted">{words.officeHints[office]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <SupervisorField
        supervisors={supervisors.filter(({ id }) => id !== person.id)}
        current={person.supervisor ?? ''}
      />
      <label class="choice">
        <input type="checkbox" name="suspended" defaultChecked={person.state === 'suspended'} />
        {words.suspended}
      </label>
      <Field label={texts.reason} hint={texts.changeHint}>
        <textarea name="reason" required minLength={10} maxLength={500} />
      </Field>
    </AskDialog>
  )
}
