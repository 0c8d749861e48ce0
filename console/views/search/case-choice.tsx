import { useMemo, useState } from 'preact/hooks'
import { answer, api, type Body } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { aboutOf, aboutText } from './about.ts'
import { change, form } from './state.ts'
import { texts } from './texts.ts'
import { useOpenCases } from './use-cases.ts'

const words = texts.matter

/** Chooses the case of a search, shows its authority, and asks for the purpose of the search (QRY-5). */
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

type NewCase = Body<'/v1/cases'>

const dialogWords = texts.openDialog
const KINDS = ['event', 'project', 'workspace'] as const

/** Opens a case without leaving the search. The case names the subject of the search from the start. */
function OpenCaseDialog({ onClose }: { onClose: () => void }) {
  const about = useMemo(() => aboutOf(form.value.wanted), [])
  const write = useWrite(
    (body: NewCase, key) =>
      answer(api.POST('/v1/cases', { body, params: { header: { 'idempotency-key': key } } })),
    {
      refresh: [['cases']],
      done: ({ id, purpose }) => {
        change({ caseId: id, purpose: form.value.purpose || purpose })
        toast(dialogWords.done)
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
    <Dialog title={dialogWords.title} onClose={onClose}>
      <Form onSubmit={submit} submit={dialogWords.submit} busy={write.busy} problem={write.problem}>
        <Field label={dialogWords.kind}>
          <select name="kind">
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {dialogWords.kinds[kind]}
              </option>
            ))}
          </select>
        </Field>
        <Field label={dialogWords.ref} hint={dialogWords.refHint}>
          <input name="caseRef" required minLength={3} maxLength={60} autocomplete="off" />
        </Field>
        <Field label={dialogWords.caseTitle}>
          <input name="title" required minLength={3} maxLength={120} autocomplete="off" />
        </Field>
        <Field label={dialogWords.authority} hint={dialogWords.authorityHint}>
          <input name="authority" required minLength={3} maxLength={300} />
        </Field>
        <Field label={dialogWords.purpose} hint={dialogWords.purposeHint}>
          <textarea name="purpose" required minLength={10} maxLength={500} rows={2} />
        </Field>
        {about.length > 0 && (
          <>
            <p class="notice">{dialogWords.names(about.map(aboutText).join(' · '))}</p>
            <Field label={dialogWords.reason} hint={dialogWords.reasonHint}>
              <textarea name="reason" required minLength={20} maxLength={1000} rows={2} />
            </Field>
          </>
        )}
      </Form>
    </Dialog>
  )
}
