import { Link } from '../../../shell/navigate.ts'
import { me } from '../../../shell/session.ts'
import { compareByText } from '../../../ui/column.tsx'
import { type RowColumn, RowTable } from '../../../ui/row-table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { useMedia } from '../../../ui/use-media.ts'
import { texts } from '../texts.ts'
import type { Case } from '../types.ts'
import { Until } from '../until.tsx'
import { roleIn } from '../whose.ts'

const words = texts.columns

const COLUMNS: readonly RowColumn<Case>[] = [
  {
    key: 'title',
    head: words.title,
    sort: compareByText(({ title }) => title),
    cell: ({ id, title }) => (
      <Link href={`/cases/${id}`} class="cases-title">
        {title}
      </Link>
    ),
  },
  {
    key: 'ref',
    head: words.ref,
    isWhole: true,
    sort: compareByText(({ caseRef }) => caseRef),
    cell: ({ caseRef }) => caseRef,
  },
  {
    key: 'kind',
    head: words.kind,
    sort: compareByText(({ kind }) => kind),
    cell: ({ kind }) => texts.kinds[kind],
  },
  {
    key: 'role',
    head: words.role,
    sort: compareByText((one) => roleIn(one, me.value)),
    cell: (one) => texts.roles[roleIn(one, me.value)],
  },
  {
    key: 'subjects',
    head: words.subjects,
    end: true,
    sort: (a, b) => a.subjects.length - b.subjects.length,
    cell: ({ subjects }) => subjects.length,
  },
  {
    key: 'state',
    head: words.state,
    sort: compareByText(({ state }) => state),
    cell: ({ state }) => <Tag kind={state === 'open' ? 'good' : 'plain'}>{texts.states[state]}</Tag>,
  },
  {
    key: 'until',
    head: words.until,
    isWhole: true,
    sort: compareByText(({ retention }) => retention.until),
    cell: ({ retention }) => <Until until={retention.until} />,
  },
]

/** A tablet shows fewer columns; the case has the rest. */
const NARROW = COLUMNS.filter(({ key }) => key !== 'role' && key !== 'subjects')

/** Cases that the user owns or is a member of. */
export function CaseTable({ cases }: { cases: readonly Case[] }) {
  const isNarrow = useMedia('(max-width: 56rem)')
  return (
    <RowTable
      label={texts.caption}
      columns={isNarrow ? NARROW : COLUMNS}
      rows={cases}
      rowKey={({ id }) => id}
    />
  )
}
