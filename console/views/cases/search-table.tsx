import type { ComponentChildren } from 'preact'
import { compareByText } from '../../ui/column.tsx'
import { Person } from '../../ui/person.tsx'
import { type RowColumn, RowTable } from '../../ui/row-table.tsx'
import { When } from '../../ui/when.tsx'
import { searchText } from './about-text.ts'
import { texts } from './texts.ts'
import type { PlaceSearch } from './types.ts'

interface Row {
  search: PlaceSearch
  /** Reference of its case, if the table shows several cases. */
  of?: string
  /** The last column: the status, or what to do. */
  state: ComponentChildren
}

const words = texts.searches
const heads = words.columns

const COLUMNS: readonly RowColumn<Row>[] = [
  { key: 'what', head: heads.what, cell: ({ search }) => searchText(search) },
  {
    key: 'window',
    head: heads.window,
    isWhole: true,
    cell: ({ search: { from, to } }) => (
      <span class="cases-lines">
        <When at={from} />
        <When at={to} />
      </span>
    ),
  },
  { key: 'why', head: heads.why, cell: ({ search }) => search.reason },
  {
    key: 'asked',
    head: heads.asked,
    sort: compareByText(({ search }) => search.askedAt),
    cell: ({ search: { askedAt, askedBy } }) => (
      <>
        <When at={askedAt} as="day" /> {texts.by} <Person id={askedBy} />
      </>
    ),
  },
]
const CASE: RowColumn<Row> = {
  key: 'case',
  head: heads.case,
  isWhole: true,
  sort: compareByText(({ of = '' }) => of),
  cell: ({ of }) => of,
}

/** Searches without a plate (QRY-6). @param last head of the last column */
export function SearchTable({ searches, last }: { searches: readonly Row[]; last: string }) {
  const hasCase = searches.some(({ of }) => of !== undefined)
  const end: RowColumn<Row> = { key: 'state', head: last, cell: ({ state }) => state }
  return (
    <RowTable
      label={words.caption}
      columns={[...COLUMNS, ...(hasCase ? [CASE] : []), end]}
      rows={searches}
      rowKey={({ search }) => search.id}
    />
  )
}
