import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Field } from '../../../ui/field.tsx'
import { Form } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { OversightTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import type { HeldAccount } from '../types.ts'
import { Found } from './found.tsx'
import { type Request, requestOf } from './request.ts'

const words = texts.account
const LAWS = ['FOIA', 'Privacy Act'] as const

/** An account of what the agency itself holds (AUD-8). */
export default function Account() {
  const [asked, setAsked] = useState<Request | null>(null)
  const [isEmpty, setIsEmpty] = useState(false)
  const step = useWrite((body: Request) => answer(api.POST('/v1/oversight/accounts', { body })), {
    done: (_, request) => setAsked(request),
  })
  return (
    <Page title={words.title} lead={words.lead}>
      <OversightTabs current="/oversight/account" />
      <div class="oversight-cards">
        <section class="card" aria-label={words.submit}>
          <Form
            submit={words.submit}
            busy={step.busy}
            problem={step.problem}
            onSubmit={(values) => {
              const request = requestOf(values)
              setIsEmpty(!request)
              if (request) step.submit(request)
              // Refused here: the earlier result belongs to a different request.
              else step.reset()
            }}
          >
            <Field label={words.law}>
              <select name="law">
                {LAWS.map((law) => (
                  <option key={law} value={law}>
                    {words.laws[law]}
                  </option>
                ))}
              </select>
            </Field>
            <Field label={words.ref} hint={words.refHint}>
              <input name="requestRef" required minLength={3} maxLength={60} autocomplete="off" />
            </Field>
            <Field label={words.plates} hint={words.platesHint} error={isEmpty ? words.either : null}>
              <textarea name="plates" spellcheck={false} />
            </Field>
            <Field label={words.words} hint={words.wordsHint}>
              <textarea name="words" />
            </Field>
            <Field label={texts.reason} hint={texts.reasonHint}>
              <textarea name="reason" required minLength={20} maxLength={1000} />
            </Field>
          </Form>
        </section>
        {step.output && asked && <Found account={step.output as HeldAccount} request={asked} />}
      </div>
    </Page>
  )
}
