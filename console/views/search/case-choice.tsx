import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { OpenCaseDialog } from './open-case-dialog.tsx'
import { change, form } from './state.ts'
import { texts } from './texts.ts'
import { useOpenCases } from './use-cases.ts'

const words = texts.matter

/** The case that a search is made for, with what it rests on, and what this search is for (QRY-5). */
export function CaseChoice() {
  const cases = useOpenCases()
  const [isOpening, setOpening] = useState(false)
  const { caseId, purpose } = form.value
  return (
    <fieldset class="search-matter">
      <legend class="visually-hidden">{words.legend}</legend>
      <Loaded query={cases}>
        {(all) => {
          const one = all.find(({ id }) => id === caseId)
          return (
            <>
              <div class="search-case">
                <Field label={words.case} hint={one ? undefined : all.length === 0 ? words.none : words.why}>
                  <select
                    required
                    value={one ? caseId : ''}
                    onChange={({ currentTarget: { value } }) => change({ caseId: value })}
                  >
                    <option value="">{words.choose}</option>
                    {all.map(({ id, caseRef, title }) => (
                      <option key={id} value={id}>
                        {caseRef} · {title}
                      </option>
                    ))}
                  </select>
                </Field>
                {one && (
                  <p class="search-authority">
                    <Tag>{words.kind[one.kind]}</Tag> {words.authority}: <b>{one.authority}</b>. {one.purpose}
                  </p>
                )}
                <Button kind="quiet" icon="plus" onClick={() => setOpening(true)}>
                  {words.open}
                </Button>
              </div>
              <div class="search-purpose">
                <Field label={words.own} hint={words.ownHint}>
                  <textarea
                    required
                    rows={2}
                    minLength={10}
                    maxLength={500}
                    value={purpose}
                    onInput={({ currentTarget: { value } }) => change({ purpose: value })}
                  />
                </Field>
                {one && purpose !== one.purpose && (
                  <Button kind="quiet" onClick={() => change({ purpose: one.purpose })}>
                    {words.use}
                  </Button>
                )}
              </div>
            </>
          )
        }}
      </Loaded>
      {isOpening && <OpenCaseDialog onClose={() => setOpening(false)} />}
    </fieldset>
  )
}
