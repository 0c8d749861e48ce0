import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api, type Body } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link, navigate } from '../../../shell/navigate.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Form } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { Loaded, Loading } from '../../../ui/states.tsx'
import { Prose } from '../../sign-on/prose.tsx'
import { texts } from '../texts.ts'
import { bodyOf, type Draft, emptyDraft } from './draft.ts'
import { Explanation } from './explanation.tsx'
import { Fields } from './fields.tsx'
import { ownTimeZone } from './time-zone.ts'
import { Trial } from './trial.tsx'
import '../displays.css'

/** Stores a display: what it watches for, tried before it is stored, with the notice confirmed (DSP-1, DSP-2). */
export default function NewDisplay() {
  const words = texts.new
  const [draft, setDraft] = useState(() => ({ ...emptyDraft(ownTimeZone()), caseRef: caseAsked() }))
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))
  const creation = useWrite(
    (body: Body<'/v1/displays'>, key) =>
      answer(api.POST('/v1/displays', { body, params: { header: { 'idempotency-key': key } } })),
    {
      refresh: [['displays', 'list']],
      done: ({ id }) => {
        toast(words.done)
        navigate(`/displays/${id}`)
      },
    },
  )
  return (
    <Page title={words.title} lead={words.lead}>
      <div class="displays-editor">
        <Form
          submit={words.submit}
          busy={creation.busy}
          problem={creation.problem}
          onSubmit={(values) =>
            creation.submit({ ...bodyOf(draft), confirmNotice: String(values.get('notice')) })
          }
          actions={
            <Link href="/displays" class="button">
              {shell.cancel}
            </Link>
          }
        >
          <Fields draft={draft} set={set} />
          <aside class="card displays-aside">
            <Explanation plate={draft.plate} />
            <Trial draft={draft} />
          </aside>
          <Notice />
        </Form>
      </div>
    </Page>
  )
}

/** The case from which the user came, by its reference: `/displays/new?case=CASE-1`. */
const caseAsked = (): string => new URLSearchParams(location.search).get('case') ?? ''

/** The notice that everybody who stores a display confirms (DSP-2); form value `notice` is its version. */
function Notice() {
  const words = texts.new
  const notice = useQuery({
    queryKey: ['displays', 'notice'],
    queryFn: () => answer(api.GET('/v1/displays/notice')),
    staleTime: 300_000,
  })
  return (
    <section class="card">
      <h2>{words.notice}</h2>
      <Loaded query={notice} loading={<Loading rows={3} />}>
        {({ text, version }) => (
          <>
            <Prose text={text} without="" />
            <label class="choice">
              <input type="checkbox" name="notice" value={version} required />
              {words.confirm}
            </label>
          </>
        )}
      </Loaded>
    </section>
  )
}
