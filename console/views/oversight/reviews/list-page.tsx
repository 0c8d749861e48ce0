import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { type Answer, answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link, navigate } from '../../../shell/navigate.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Button } from '../../../ui/button.tsx'
import { compareByText } from '../../../ui/column.tsx'
import { Field } from '../../../ui/field.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { type RowColumn, RowTable } from '../../../ui/row-table.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { SignBy } from '../due/sign-by.tsx'
import { OversightTabs, useDue } from '../tabs.tsx'
import { texts } from '../texts.ts'

const words = texts.reviews

type Row = Answer<'/v1/oversight/reviews'>['reviews'][number]

const COLUMNS: readonly RowColumn<Row>[] = [
  {
    key: 'quarter',
    head: words.heads.quarter,
    isWhole: true,
    sort: compareByText(({ quarter }) => quarter),
    cell: ({ quarter }) => <Link href={`/oversight/reviews/${quarter}`}>{quarter}</Link>,
  },
  {
    key: 'opened',
    head: words.heads.opened,
    sort: compareByText(({ openedAt }) => openedAt),
    cell: ({ openedAt, openedBy }) => (
      <>
        <When at={openedAt} as="day" /> {texts.by} <Person id={openedBy} />
      </>
    ),
  },
  {
    key: 'left',
    head: words.heads.left,
    end: true,
    sort: (a, b) => a.left - b.left,
    cell: ({ left, items }) => words.left(left, items),
  },
  {
    key: 'signed',
    head: words.heads.signed,
    sort: compareByText(({ signOff }) => signOff?.at ?? ''),
    cell: ({ quarter, signOff }) =>
      signOff ? (
        <>
          <When at={signOff.at} as="day" /> {texts.by} <Person id={signOff.by} />
        </>
      ) : (
        <SignBy quarter={quarter} />
      ),
  },
]

/** Reviews of the audit log, one per quarter (AUD-3). */
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
            <RowTable
              label={words.title}
              columns={COLUMNS}
              rows={reviews}
              rowKey={({ quarter }) => quarter}
            />
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
