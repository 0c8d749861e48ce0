import { Link } from '../../shell/navigate.ts'
import { may } from '../../shell/session.ts'
import { compareByText } from '../../ui/column.tsx'
import { Person } from '../../ui/person.tsx'
import { type RowColumn, RowTable } from '../../ui/row-table.tsx'
import { When } from '../../ui/when.tsx'
import { texts } from './texts.ts'
import type { Dissemination } from './types.ts'

const words = texts.passed
const heads = words.columns

const COLUMNS: readonly RowColumn<Dissemination>[] = [
  {
    key: 'at',
    head: heads.at,
    sort: compareByText(({ at }) => at),
    cell: ({ at, by }) => (
      <span class="cases-lines">
        <When at={at} />
        <span class="cases-note">
          {texts.by} <Person id={by} />
        </span>
      </span>
    ),
  },
  {
    key: 'to',
    head: heads.to,
    sort: compareByText(({ recipient }) => recipient.organization),
    cell: ({ recipient: { name, organization } }) => (
      <span class="cases-lines">
        <span>{name}</span>
        <span class="cases-note">{organization}</span>
      </span>
    ),
  },
  {
    key: 'authority',
    head: heads.authority,
    sort: compareByText(({ authority }) => authority),
    cell: ({ authority, reason }) => (
      <span class="cases-lines">
        <span>{authority}</span>
        {reason && <span class="cases-note">{reason}</span>}
      </span>
    ),
  },
  { key: 'what', head: heads.what, cell: (one) => <What one={one} /> },
  {
    key: 'case',
    head: heads.case,
    isWhole: true,
    sort: compareByText(({ caseRef }) => caseRef),
    cell: ({ case: id, caseRef }) =>
      id && may('case.view') ? <Link href={`/cases/${id}`}>{caseRef}</Link> : caseRef,
  },
]

/** What was shared outside (AUD-7). */
export function PassedTable({ passed }: { passed: readonly Dissemination[] }) {
  return <RowTable label={words.caption} columns={COLUMNS} rows={passed} rowKey={({ id }) => id} />
}

/** What was shared, and its digest, which identifies a copy that turns up later. */
function What({ one: { passed, digest } }: { one: Dissemination }) {
  const { reads, product, lookout, alert } = passed
  return (
    <ul class="cases-what">
      {reads && reads.length > 0 && <li>{words.reads(reads.length)}</li>}
      {product && (
        <li>
          <Link href={`/cases/products/${product.id}`}>{words.product(product.version)}</Link>
        </li>
      )}
      {lookout && <li>{words.lookout}</li>}
      {alert && <li>{words.alert}</li>}
      <li>
        <details>
          <summary>{words.digest}</summary>
          <code>{digest}</code>
        </details>
      </li>
    </ul>
  )
}
