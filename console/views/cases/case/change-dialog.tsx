import { answer, api, type Body } from '../../../api/client.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { textIn, useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import type { PartProps } from './page.tsx'

/** Changes the texts of a case; only changed fields are sent. */
export function ChangeDialog({ one, etag, onClose }: PartProps & { onClose: () => void }) {
  const words = texts.change
  const names = texts.new
  const step = useStep(
    (body: Body<'/v1/cases/{id}', 'patch'>, header) =>
      answer(api.PATCH('/v1/cases/{id}', { body, params: { path: { id: one.id }, header } })),
    { etag, said: words.done, done: onClose },
  )
  return (
    <AskDialog
      {...{ title: words.title, submit: words.submit, step, onClose }}
      input={(values) => {
        const keys = (['title', 'authority', 'purpose'] as const).filter(
          (key) => textIn(values, key) !== one[key],
        )
        if (keys.length === 0) return void onClose()
        return Object.fromEntries(keys.map((key) => [key, textIn(values, key)]))
      }}
    >
      <Field label={names.caseTitle}>
        <input name="title" required minLength={3} maxLength={120} defaultValue={one.title} />
      </Field>
      <Field label={names.authority} hint={names.authorityHint}>
        <input name="authority" required minLength={3} maxLength={300} defaultValue={one.authority} />
      </Field>
      <Field label={names.purpose} hint={names.purposeHint}>
        <textarea name="purpose" required minLength={10} maxLength={500} defaultValue={one.purpose} />
      </Field>
    </AskDialog>
  )
}
