import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link, navigate } from '../../../shell/navigate.ts'
import { toast } from '../../../shell/toasts.tsx'
import { texts } from '../../../texts/oversight.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Page } from '../../../ui/page.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { OversightTabs, useDue } from '../tabs.tsx'

const words = texts.reviews

/** Reviews of the audit log, a quarter each (AUD-3). */
export default function Reviews() {
  const [isOpening, setIsOpening] = useState(false)
  const due = useDue().data?.auditReviews.filter(({ state }) => state === 'not opened') ?? []
  const query = useQuery({
    queryKey: ['oversight', 'reviews'],
    queryFn: () => answer(api.GET('/v1/oversight/reviews')),
  })
  const open = due.length > 0 && (
    <Button kind="primary" onClick={() => setIsOpening(true)}>
      {words.openQuarter}
    </Button>
  )
  return (
    <Page title={words.title} lead={words.lead} actions={open}>
      <OversightTabs current="/oversight/reviews" />
      <Loaded query={query}>
        {({ reviews }) =>
          reviews.length === 0 ? (
            <Empty icon="oversight" text={words.none} />
          ) : (
            <SimpleTable label={words.title} heads={words.heads.map((head) => head || words.open)}>
              {reviews.map(({ quarter, openedAt, openedBy, items, left, signOff }) => (
                <tr key={quarter}>
                  <td>{quarter}</td>
                  <td>
                    <When at={openedAt} as="day" /> {texts.review.by(openedBy)}
                  </td>
                  <td class="tabular">{words.left(left, items)}</td>
                  <td>
                    {signOff ? (
                      <>
                        <When at={signOff.at} as="day" /> {texts.review.by(signOff.by)}
                      </>
                    ) : (
                      words.unsigned
                    )}
                  </td>
                  <td>
                    <Link href={`/oversight/reviews/${quarter}`} aria-label={`${words.open}: ${quarter}`}>
                      {words.open}
                    </Link>
                  </td>
                </tr>
              ))}
            </SimpleTable>
          )
        }
      </Loaded>
      {isOpening && (
        <OpenDialog quarters={due.map(({ quarter }) => quarter)} onClose={() => setIsOpening(false)} />
      )}
    </Page>
  )
}

function OpenDialog({ quarters, onClose }: { quarters: readonly string[]; onClose: () => void }) {
  const step = useWrite(
    (quarter: string, key) =>
      answer(
        api.POST('/v1/oversight/reviews/{quarter}', {
          params: { path: { quarter }, header: { 'idempotency-key': key } },
        }),
      ),
    {
      refresh: [['oversight']],
      done: ({ quarter }) => {
        toast(words.opened)
        navigate(`/oversight/reviews/${quarter}`)
      },
    },
  )
  return (
    <AskDialog
      {...{ title: words.openQuarter, lead: words.openLead, submit: words.submit, step, onClose }}
      input={(values) => String(values.get('quarter'))}
    >
      <Field label={words.quarter}>
        <select name="quarter">
          {quarters.map((quarter) => (
            <option key={quarter}>{quarter}</option>
          ))}
        </select>
      </Field>
    </AskDialog>
  )
}
