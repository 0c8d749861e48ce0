import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks'
import { texts } from '../shell/texts.ts'
import { type BaseColumn, HeadContent, sortOf, useOrder } from './column.tsx'
import './table.css'
import './data-table.css'

/** All rows have the same height and columns have tracks, so that invisible ones need not be measured. */
export interface Column<Row> extends BaseColumn<Row> {
  /** Track of a CSS grid: `minmax(8rem, 1fr)`, `7rem` …; default `minmax(0, 1fr)`. */
  width?: string
}

interface Props<Row> {
  /** What the rows are, for screen readers. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** The selected row, by its key. */
  selected?: string | null
  /** A row was chosen: by a click or the arrow keys. Rows are plain without it. */
  onSelect?: (row: Row) => void
  /** Height of every row, pixels. */
  rowHeight?: number
}

/**
 * A table of any length: only visible rows are in the page, so that tens of thousands scroll smoothly. Pass a new `rows`
 * array for every change.
 */
export function DataTable<Row>({
  label,
  columns,
  rows: given,
  rowKey,
  selected,
  onSelect,
  rowHeight = 36,
}: Props<Row>) {
  const { rows, order, setOrder } = useOrder(given, columns)
  const scroller = useRef<HTMLDivElement>(null)
  // `rowKey` must stay the same function: a new one would measure all rows again at each step of a scroll.
  const keyAt = useCallback((index: number) => rowKey(rows[index]!), [rows])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: keyAt,
  })
  const tracks = columns.map(({ width = 'minmax(0, 1fr)' }) => width).join(' ')
  const at = useMemo(() => rows.findIndex((row) => rowKey(row) === selected), [rows, selected])
  // Scroll to a row that was selected elsewhere.
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at)
  }, [at])

  const step = (event: KeyboardEvent) => {
    const to = target(event.key, at, rows.length)
    const row = to === undefined ? undefined : rows[to]
    if (!onSelect || row === undefined || to === undefined) return
    event.preventDefault()
    virtual.scrollToIndex(to)
    onSelect(row)
  }

  return (
    <div
      class="table"
      role={onSelect ? 'grid' : 'table'}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      ref={scroller}
      tabIndex={0}
      onKeyDown={step}
      style={{ '--tracks': tracks, '--row': `${rowHeight}px` }}
    >
      <div role="row" class="table-row table-head" aria-rowindex={1}>
        {columns.map((column) => (
          <span
            key={column.key}
            role="columnheader"
            class={column.end ? 'table-end' : undefined}
            aria-sort={sortOf({ column, order })}
          >
            <HeadContent {...{ column, order, setOrder }} />
          </span>
        ))}
      </div>
      <div role="rowgroup" class="table-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index]!
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={onSelect ? index === at : undefined}
              class={onSelect ? 'table-row table-choice' : 'table-row'}
              style={{ transform: `translateY(${start}px)` }}
              onClick={onSelect && (() => onSelect(row))}
            >
              {columns.map(({ key, cell, end }) => (
                <span key={key} role={onSelect ? 'gridcell' : 'cell'} class={end ? 'table-end' : undefined}>
                  {cell(row)}
                </span>
              ))}
            </div>
          )
        })}
      </div>
      {rows.length === 0 && <p class="table-none">{texts.table.empty}</p>}
    </div>
  )
}

/** The row to which a key moves; undefined for other keys. */
function target(key: string, at: number, count: number): number | undefined {
  const last = count - 1
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, last)
    case 'ArrowUp':
      return Math.max(at - 1, 0)
    case 'PageDown':
      return Math.min(at + 10, last)
    case 'PageUp':
      return Math.max(at - 10, 0)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}
