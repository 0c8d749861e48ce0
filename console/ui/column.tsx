import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'

/** The properties of a column that `RowTable` and `DataTable` share. */
export interface BaseColumn<Row> {
  key: string
  head: string
  cell: (row: Row) => ComponentChildren
  /** Numbers are aligned at the end. */
  end?: boolean
  /** Instead of the head's text, e.g. a checkbox that selects all. */
  headCell?: ComponentChildren
  /** Compares two rows for sorting by this column, ascending. Without it, the column cannot be sorted. */
  sort?: (a: Row, b: Row) => number
}

/** By which column a table is sorted. */
interface Order {
  key: string
  isDown: boolean
}

export interface Ordered<Row> {
  rows: readonly Row[]
  order: Order | null
  setOrder: (order: Order | null) => void
}

/** Sorts by a text of the row: an id, a title, an instant as ISO 8601. */
export const compareByText =
  <Row,>(text: (row: Row) => string) =>
  (a: Row, b: Row): number =>
    text(a).localeCompare(text(b), 'en', { numeric: true })

/** Rows in the order that the user chose, or in their original order. Pass a new `rows` array for every change. */
export function useOrder<Row>(rows: readonly Row[], columns: readonly BaseColumn<Row>[]): Ordered<Row> {
  const [order, setOrder] = useState<Order | null>(null)
  const sorted = useMemo(() => {
    const sort = columns.find(({ key }) => key === order?.key)?.sort
    if (!order || !sort) return rows
    return [...rows].sort((a, b) => (order.isDown ? sort(b, a) : sort(a, b)))
  }, [rows, order])
  return { rows: sorted, order, setOrder }
}

interface HeadProps<Row> extends Pick<Ordered<Row>, 'order' | 'setOrder'> {
  column: BaseColumn<Row>
}

/** For the head's `aria-sort`; undefined for a column that cannot be sorted. */
export function sortOf<Row>({ column: { key, sort }, order }: Pick<HeadProps<Row>, 'column' | 'order'>) {
  if (!sort) return undefined
  return order?.key !== key ? 'none' : order.isDown ? 'descending' : 'ascending'
}

/** The content of a head. Each press switches to the next order: ascending, descending, original. */
export function HeadContent<Row>({ column, order, setOrder }: HeadProps<Row>) {
  const { key, head, headCell, sort } = column
  if (!sort) return headCell ?? head
  const own = order?.key === key ? order : null
  const next = !own ? { key, isDown: false } : own.isDown ? null : { key, isDown: true }
  return (
    <button type="button" class="table-sort" onClick={() => setOrder(next)}>
      {head}
      <span class="table-sort-mark" aria-hidden="true">
        {own ? (own.isDown ? '▾' : '▴') : '▵'}
      </span>
    </button>
  )
}
