import { useState } from 'preact/hooks'
import { answer, api, type Body } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link } from '../../../shell/navigate.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Field } from '../../../ui/field.tsx'
import { Form } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Priority } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { quarterOf, statusOf, verdictOf } from '../../displays/list/due.ts'
import type { Display } from '../../displays/types.ts'
import { fetchDisplay, useDisplays } from '../../displays/use-displays.ts'
import { OversightTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'

const words = texts.displays
const VERDICTS = ['relevant', 'rejected'] as const

/** Displays that wait for this quarter's verdict, one by one (DSP-4). */
export default function DisplayReview() {
  const query = useDisplays()
  const [later, setLater] = useState<readonly string[]>([])
  const now = Date.now()
  return (
    <Page title={words.title} lead={words.lead(quarterOf(now).name)}>
      <OversightTabs current="/oversight/displays" />
      <Loaded query={query}>
        {(displays) => {
          const waiting = displays.filter(
            (display) => statusOf(display, now) === 'active' && verdictOf(display, now) === 'waits',
          )
          const next = waiting.find(({ id }) => !later.includes(id)) ?? waiting[0]
          if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
          if (!next) return <Empty icon="check" text={words.none} />
          return (
            <>
              <p role="status">{words.left(waiting.length)}</p>
              <One
                key={next.id}
                display={next}
                onLater={() => setLater([...later.filter((id) => id !== next.id), next.id])}
                isLast={waiting.length === 1}
              />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

function One({ display, isLast, onLater }: { display: Display; isLast: boolean; onLater: () => void }) {
  const { id, plate, region, priority, owner, caseRef, reason, createdAt, validatedAt, expiresAt, review } =
    display
  const step = useWrite(
    async (body: Body<'/v1/displays/{id}/review'>, key) => {
      const { etag } = await fetchDisplay(id)
      const header = { 'if-match': etag, 'idempotency-key': key }
      return answer(api.POST('/v1/displays/{id}/review', { body, params: { path: { id }, header } }))
    },
    { refresh: [['displays'], ['oversight', 'due']], done: () => toast(words.saved) },
  )
  return (
    <div class="oversight-two">
      <section class="card">
        <div class="oversight-row">
          <h2>
            <PlateText plate={plate} region={region} />
          </h2>
          <Priority priority={priority} />
        </div>
        <Facts>
          <Fact name={words.why}>{reason}</Fact>
          <Fact name={words.case}>{caseRef}</Fact>
          <Fact name={words.owner}>
            <Person id={owner} />
          </Fact>
          <Fact name={words.made}>
            <When at={createdAt} as="day" />
          </Fact>
          <Fact name={words.validated}>
            <When at={validatedAt} as="day" />
          </Fact>
          <Fact name={words.ends}>
            <When at={expiresAt} as="day" />
          </Fact>
          <Fact name={words.before}>
            {review ? (
              <>
                {words.verdicts[review.verdict]}, <When at={review.at} as="day" /> {texts.by}{' '}
                <Person id={review.by} />: {review.reason}
              </>
            ) : (
              words.beforeNone
            )}
          </Fact>
        </Facts>
        <Link href={`/displays/${id}`}>{words.whole}</Link>
      </section>
      <section class="card" aria-label={words.verdict}>
        <Form
          submit={words.save}
          busy={step.busy}
          problem={step.problem}
          actions={!isLast && <Button onClick={onLater}>{words.skip}</Button>}
          onSubmit={(values) =>
            step.submit({
              verdict: values.get('verdict') as (typeof VERDICTS)[number],
              reason: String(values.get('reason')).trim(),
            })
          }
        >
          <fieldset class="oversight-choices">
            <legend class="legend">{words.verdict}</legend>
            {VERDICTS.map((verdict) => (
              <label key={verdict} class="choice">
                <input type="radio" name="verdict" value={verdict} required />
                {words.verdicts[verdict]}
              </label>
            ))}
          </fieldset>
          <Field label={texts.reason} hint={words.reasonHint}>
            <textarea name="reason" required minLength={10} maxLength={500} />
          </Field>
        </Form>
      </section>
    </div>
  )
}
