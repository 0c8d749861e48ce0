import { useMemo } from 'preact/hooks'
import { answer, api, type Body } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { toast } from '../../shell/toasts.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { aboutOf, aboutText } from './about.ts'
import { change, form } from './state.ts'
import { texts } from './texts.ts'

type NewCase = Body<'/v1/cases'>

const words = texts.openDialog
const KINDS = ['event', 'project', 'workspace'] as const

/** Opens a case without leaving the search; it names at once what is searched for. */
export function OpenCaseDialog({ onClose }: { onClose: () => void }) {
  const about = useMemo(() => aboutOf(form.value.wanted), [])
  const write = useWrite(
    (body: NewCase, key) =>
      answer(api.POST('/v1/cases', { body, params: { header: { 'idempotency-key': key } } })),
    {
      refresh: [['cases']],
      done: ({ id, purpose }) => {
        change({ caseId: id, purpose: form.value.purpose || purpose })
        toast(words.done)
        onClose()
      },
    },
  )
  const submit = (values: FormData) => {
    const text = (name: string) => String(values.get(name) ?? '').trim()
    write.submit({
      kind: text('kind') as NewCase['kind'],
      caseRef: text('caseRef'),
      title: text('title'),
      authority: text('authority'),
      purpose: text('purpose'),
      ...(about.length > 0 && { subjects: about.map((one) => ({ about: one, reason: text('reason') })) }),
    })
  }
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Form onSubmit={submit} submit={words.submit} busy={write.busy} problem={write.problem}>
        <Field label={words.kind}>
          <select name="kind">
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {words.kinds[kind]}
              </option>
            ))}
          </select>
        </Field>
        <Field label={words.ref} hint={words.refHint}>
          <input name="caseRef" required minLength={3} maxLength={60} autocomplete="off" />
        </Field>
        <Field label={words.caseTitle}>
          <input name="title" required minLength={3} maxLength={120} autocomplete="off" />
        </Field>
        <Field label={words.authority} hint={words.authorityHint}>
          <input name="authority" required minLength={3} maxLength={300} />
        </Field>
        <Field label={words.purpose} hint={words.purposeHint}>
          <textarea name="purpose" required minLength={10} maxLength={500} rows={2} />
        </Field>
        {about.length > 0 && (
          <>
            <p class="notice">{words.names(about.map(aboutText).join(' · '))}</p>
            <Field label={words.reason} hint={words.reasonHint}>
              <textarea name="reason" required minLength={20} maxLength={1000} rows={2} />
            </Field>
          </>
        )}
      </Form>
    </Dialog>
  )
}
