import { useState } from 'preact/hooks'
import { answer, answerWithEtag, api, type Body } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { type About, aboutOf, aboutText } from './about.ts'
import type { Case } from './pages.ts'
import { texts } from './texts.ts'
import { isWholePlate, type Wanted } from './wanted.ts'

type NewSubject = Body<'/v1/cases/{id}/subjects'>

const words = texts.nameDialog

interface Props {
  one: Case
  /** Possible subjects; the first is suggested. */
  about: readonly About[]
  /** Id of the subject that led to it. */
  ledFrom?: string
  /** Called once it is named. */
  onNamed?: () => void
  onClose: () => void
}

/** Adds a plate, place or vehicle to a case, with the reason, so that it may be searched for (QRY-6). */
export function NameDialog({ one, about, ledFrom = '', onNamed, onClose }: Props) {
  const write = useWrite(
    async (body: NewSubject, key) => {
      const path = { id: one.id }
      // Adding a subject removes nothing, whatever the case names by now.
      const { etag } = await answerWithEtag(api.GET('/v1/cases/{id}', { params: { path } }))
      const header = { 'idempotency-key': key, 'if-match': etag }
      return answer(api.POST('/v1/cases/{id}/subjects', { body, params: { path, header } }))
    },
    {
      refresh: [['cases']],
      done: () => {
        toast(words.done)
        onClose()
        onNamed?.()
      },
    },
  )
  const submit = (values: FormData) => {
    const through = String(values.get('ledFrom') ?? '')
    write.submit({
      about: about[Number(values.get('about') ?? 0)]!,
      reason: String(values.get('reason')),
      ...(through && { ledFrom: through }),
    })
  }
  return (
    <Dialog title={words.title(one.caseRef)} onClose={onClose}>
      <Form onSubmit={submit} submit={words.submit} busy={write.busy} problem={write.problem}>
        <p>{texts.unnamed.why}</p>
        <fieldset>
          <legend class="legend">{words.what}</legend>
          {about.map((each, n) => (
            <label key={n} class="choice">
              <input type="radio" name="about" value={n} defaultChecked={n === 0} />
              {aboutText(each)}
            </label>
          ))}
        </fieldset>
        <Field label={words.ledFrom}>
          <select name="ledFrom">
            <option value="">{words.ledFromNone}</option>
            {one.subjects.map(({ id, about }) => (
              <option key={id} value={id} selected={id === ledFrom}>
                {aboutText(about)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={words.reason} hint={words.reasonHint}>
          <textarea name="reason" required minLength={20} maxLength={1000} rows={3} />
        </Field>
      </Form>
    </Dialog>
  )
}

const unnamed = texts.unnamed

interface NotNamedProps {
  one: Case
  wanted: Wanted
  /** Called once it is named. */
  onNamed?: () => void
}

/** Says that the case does not name the subject of the search: the rule, and how to add the subject (QRY-6). */
export function NotNamed({ one, wanted, onNamed }: NotNamedProps) {
  const [isOpen, setOpen] = useState(false)
  const about = aboutOf(wanted)
  if (about.length === 0) return null
  return (
    <div class="notice search-notice">
      <Icon name="info" />
      <div>
        <p>
          <b>{isWholePlate(wanted) ? unnamed.plate(one.caseRef) : unnamed.other(one.caseRef)}</b>{' '}
          {unnamed.why}
        </p>
        <Button icon="plus" onClick={() => setOpen(true)}>
          {unnamed.name}
        </Button>
      </div>
      {isOpen && <NameDialog {...{ one, about, onNamed }} onClose={() => setOpen(false)} />}
    </div>
  )
}
