import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { PeopleField } from '../../../ui/people-field.tsx'
import { texts } from '../texts.ts'
import type { ClosePlate } from './draft.ts'

const words = texts.misuse
const RELATIONS = ['own', 'relative', 'colleague', 'protected'] as const

interface Props {
  plates: readonly ClosePlate[]
  set: (plates: readonly ClosePlate[]) => void
}

/** Plates that are close to people. */
export function ClosePlates({ plates, set }: Props) {
  const change = (at: number, more: Partial<ClosePlate>) =>
    set(plates.map((one, index) => (index === at ? { ...one, ...more } : one)))
  return (
    <>
      {plates.map((one, at) => (
        <div key={at} class="oversight-plate-row">
          <Field label={words.plate}>
            <input
              required
              maxLength={12}
              value={one.plate}
              autocomplete="off"
              onInput={({ currentTarget }) =>
                change(at, { plate: currentTarget.value.toUpperCase().replaceAll(/[\s-]/g, '') })
              }
            />
          </Field>
          <Field label={words.relation}>
            <select
              value={one.relation}
              onChange={({ currentTarget }) =>
                change(at, { relation: currentTarget.value as ClosePlate['relation'] })
              }
            >
              {RELATIONS.map((relation) => (
                <option key={relation} value={relation}>
                  {words.relations[relation]}
                </option>
              ))}
            </select>
          </Field>
          <PeopleField
            label={words.who}
            hint={words.whoHint}
            among="everybody"
            ids={one.people}
            set={(people) => change(at, { people: [...people] })}
          />
          <Button onClick={() => set(plates.filter((_, index) => index !== at))}>{words.remove}</Button>
        </div>
      ))}
      <div>
        <Button icon="plus" onClick={() => set([...plates, { plate: '', relation: 'relative', people: [] }])}>
          {words.add}
        </Button>
      </div>
    </>
  )
}
