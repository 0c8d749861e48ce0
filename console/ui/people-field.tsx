import { useId, useState } from 'preact/hooks'
import { directory, nameOf } from '../shell/directory.ts'
import { texts } from '../shell/texts.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { personIn, sortByName } from './people.ts'
import './people-field.css'

interface Props {
  label: string
  hint?: string
  /** Suggested people; any other name may be typed. */
  among?: 'analysts' | 'everybody'
  ids: readonly string[]
  set: (ids: readonly string[]) => void
}

/** A field for several people, each by name or id. */
export function PeopleField({ label, hint, among = 'analysts', ids, set }: Props) {
  const words = texts.people
  const list = useId()
  const [text, setText] = useState('')
  const [isUnknown, setUnknown] = useState(false)
  const known = [...directory.value.values()]
  const proposed = sortByName(known).filter(
    ({ id, active, roles }) =>
      active && !ids.includes(id) && (among === 'everybody' || roles.includes('analyst')),
  )
  const add = () => {
    if (text.trim() === '') return
    const id = personIn(text, known)
    setUnknown(id === undefined)
    if (id === undefined) return
    set([...new Set([...ids, id])])
    setText('')
  }
  return (
    <div class="people">
      <Field label={label} hint={hint} error={isUnknown ? words.unknown : null}>
        <input
          list={list}
          value={text}
          maxLength={200}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || text.trim() === '') return
            event.preventDefault()
            add()
          }}
        />
      </Field>
      <datalist id={list}>
        {proposed.map(({ id, name }) => (
          <option key={id} value={nameOf(id)} label={name === nameOf(id) ? id : undefined} />
        ))}
      </datalist>
      {ids.length > 0 && (
        <ul class="people-list" aria-label={words.named(label)}>
          {ids.map((id) => (
            <li key={id} class="tag" title={id}>
              {nameOf(id)}
              <Button
                kind="quiet"
                icon="close"
                aria-label={words.remove(nameOf(id))}
                onClick={() => set(ids.filter((one) => one !== id))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
