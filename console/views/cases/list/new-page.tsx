import { useState } from 'preact/hooks'
import { answer, api, type Body } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link, navigate } from '../../../shell/navigate.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Field } from '../../../ui/field.tsx'
import { Form } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { PeopleField } from '../../../ui/people-field.tsx'
import { dayOf, endOfDay } from '../../../ui/time.ts'
import { textIn } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Case } from '../types.ts'
import '../cases.css'

const KINDS = ['event', 'project', 'workspace'] as const

/** Opening a case: what the matter is, and who takes part (QRY-5, ACC-8). */
export default function NewCase() {
  const words = texts.new
  const [kind, setKind] = useState<Case['kind']>('event')
  const [plate, setPlate] = useState('')
  const [members, setMembers] = useState<readonly string[]>([])
  const opening = useWrite(
    (body: Body<'/v1/cases'>, key) =>
      answer(api.POST('/v1/cases', { body, params: { header: { 'idempotency-key': key } } })),
    {
      refresh: [['cases']],
      done: ({ id }) => {
        toast(words.done)
        navigate(`/cases/${id}`)
      },
    },
  )
  return (
    <Page title={words.title} lead={words.lead}>
      <div class="cases-form card">
        <Form
          submit={words.submit}
          busy={opening.busy}
          problem={opening.problem}
          onSubmit={(values) => opening.submit(bodyOf(values, kind, members))}
          actions={
            <Link href="/cases" class="button">
              {shell.cancel}
            </Link>
          }
        >
          <fieldset>
            <legend class="legend">{words.kind}</legend>
            {KINDS.map((one) => (
              <label key={one} class="choice">
                <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
                <span>
                  {texts.kinds[one]} <span class="cases-note">{texts.kindHints[one]}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <div class="cases-columns">
            <Field label={words.ref} hint={words.refHint}>
              <input name="caseRef" required minLength={3} maxLength={60} autocomplete="off" />
            </Field>
            <Field label={words.caseTitle}>
              <input name="title" required minLength={3} maxLength={120} autocomplete="off" />
            </Field>
          </div>
          <Field label={words.authority} hint={words.authorityHint}>
            <input name="authority" required minLength={3} maxLength={300} />
          </Field>
          <Field label={words.purpose} hint={words.purposeHint}>
            <textarea name="purpose" required minLength={10} maxLength={500} />
          </Field>
          {kind !== 'event' && (
            <PeopleField label={words.members} hint={words.membersHint} ids={members} set={setMembers} />
          )}
          <fieldset class="cases-fieldset">
            <legend class="legend">{words.about}</legend>
            <p class="field-hint">{words.aboutHint}</p>
            <Field label={words.plate}>
              <input
                name="plate"
                class="cases-plate-input"
                maxLength={30}
                value={plate}
                autocomplete="off"
                spellcheck={false}
                onInput={(event) => setPlate(event.currentTarget.value)}
              />
            </Field>
            {plate.trim() !== '' && (
              <Field label={words.reason} hint={words.reasonHint}>
                <textarea name="reason" required minLength={20} maxLength={1000} />
              </Field>
            )}
          </fieldset>
          <Field label={words.until} hint={words.untilHint}>
            <input name="until" type="date" min={dayOf(new Date().toISOString())} />
          </Field>
        </Form>
      </div>
    </Page>
  )
}

function bodyOf(values: FormData, kind: Case['kind'], members: readonly string[]): Body<'/v1/cases'> {
  const text = (name: string) => textIn(values, name)
  const [plate, until] = [text('plate'), text('until')]
  return {
    kind,
    caseRef: text('caseRef'),
    title: text('title'),
    authority: text('authority'),
    purpose: text('purpose'),
    ...(plate && { subjects: [{ about: { plate }, reason: text('reason') }] }),
    ...(kind !== 'event' && members.length > 0 && { members: [...members] }),
    ...(until && { retainUntil: endOfDay(until) }),
  }
}
