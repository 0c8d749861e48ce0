import { texts } from '../shell/texts.ts'
import { type BaseColumn, HeadContent, sortOf, useOrder } from './column.tsx'
import { SimpleTable } from './simple-table.tsx'

export interface RowColumn<Row> extends BaseColumn<Row> {
  /** Lines do not wrap in a wide window: for references and instants. */
  isWhole?: boolean
}

interface Props<Row> {
  /** What the rows are, for screen readers. */
  label: string
  columns: readonly RowColumn<Row>[]
  /** Pass a new array for every change. */
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Shown if there are no rows. A view that has more to say shows `Empty` instead of the table. */
  empty?: string
}

/** A `SimpleTable` of rows and columns that can be sorted. */
export function RowTable<Row>({
  label,
  columns,
  rows: given,
  rowKey,
  empty = texts.table.empty,
}: Props<Row>) {
  const { rows, order, setOrder } = useOrder(given, columns)
  return (
    <SimpleTable
      label={label}
      heads={columns.map((column) => ({
        key: column.key,
        end: column.end,
        sort: sortOf({ column, order }),
        content: <HeadContent {...{ column, order, setOrder }} />,
      }))}
    >
      {rows.map((row) => (
        <tr key={rowKey(row)}>
          {columns.map(({ key, cell, end, isWhole }) => (
            <td key={key} class={[end && 'table-end', isWhole && 'table-whole'].filter(Boolean).join(' ')}>
              {cell(row)}
            </td>
          ))}
        </tr>
      ))}
      {rows.length === 0 && (
        <tr>
          <td class="table-none" colSpan={columns.length}>
            {empty}
          </td>
        </tr>
      )}
    </SimpleTable>
  )
}
