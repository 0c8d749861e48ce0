import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import type { Answer } from '../../../api/client.ts'
import { nameOf } from '../../../shell/directory.ts'
import { Button } from '../../../ui/button.tsx'
import { compareByText } from '../../../ui/column.tsx'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { type RowColumn, RowTable } from '../../../ui/row-table.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { HandOverDialog } from '../case/hand-over-dialog.tsx'
import { texts } from '../texts.ts'
import { CaseTabs, leftQuery } from './tabs.tsx'
import '../cases.css'

type LeftCase = Answer<'/v1/cases/left'>['cases'][number]

const { ref, kind, owner } = texts.columns
const COLUMNS: readonly RowColumn<LeftCase>[] = [
  {
    key: 'ref',
    head: ref,
    isWhole: true,
    sort: compareByText(({ caseRef }) => caseRef),
    cell: ({ caseRef }) => caseRef,
  },
  { key: 'kind', head: kind, cell: (one) => texts.kinds[one.kind] },
  {
    key: 'owner',
    head: owner,
    sort: compareByText((one) => nameOf(one.owner)),
    cell: (one) => <Person id={one.owner} />,
  },
]

/** Cases whose owners left: their supervisor hands them over, and sees nothing else of them (ACC-8). */
export default function Left() {
  const words = texts.left
  const query = useInfiniteQuery(leftQuery)
  const [open, setOpen] = useState<string | null>(null)
  const handOver: RowColumn<LeftCase> = {
    key: 'actions',
    head: texts.columns.actions,
    cell: ({ id, caseRef }) => (
      <Button aria-label={`${texts.overview.handOver}: ${caseRef}`} onClick={() => setOpen(id)}>
        {texts.overview.handOver}
      </Button>
    ),
  }
  return (
    <Page title={texts.tabs.left} lead={words.lead}>
      <CaseTabs current="/cases/left" />
      <Loaded query={query}>
        {(cases) =>
          cases.length === 0 ? (
            <Empty icon="check" text={words.empty} />
          ) : (
            <RowTable
              label={words.caption}
              rows={cases}
              rowKey={({ id }) => id}
              columns={[...COLUMNS, handOver]}
            />
          )
        }
      </Loaded>
      <More query={query} />
      {open && <HandOverDialog id={open} onClose={() => setOpen(null)} />}
    </Page>
  )
}
