import type { Schema } from '../../../api/client.ts'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'

const words = texts.people

/** The person who approves their requests first (ACC-1). */
export function SupervisorField({
  supervisors,
  current = '',
}: {
  supervisors: readonly Schema<'PersonView'>[]
  current?: string
}) {
  return (
    <Field label={words.supervisor} hint={words.supervisorHint}>
      <select name="supervisor" defaultValue={current}>
        <option value="">{words.noSupervisor}</option>
        {supervisors.map(({ id, name }) => (
          <option key={id} value={id} selected={id === current}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  )
}
