import { useVirtualizer } from '@tanstack/react-virtual'
import type { ComponentChildren } from 'preact'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { texts } from '../texts/shell.ts'
import './data-table.css'

export interface Column<Row> {
  key: string
  head: string
  cell: (row: Row) => ComponentChildren
  /** Track of a CSS grid: `minmax(8rem, 1fr)`, `7rem` …; default `minmax(0, 1fr)`. */
  width?: string
  /** Numbers stand at the end. */
  end?: boolean
  /** Instead of the head's text, e.g. a box that chooses all. */
  headCell?: ComponentChildren
  /** Which of two rows comes first when the table is sorted by this column, upwards; not sortable without it. */
  sort?: (a: Row, b: Row) => number
}

interface Order {
  key: string
  isDown: boolean
}

interface Props<Row> {
  /** What the rows are, for screen readers. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** The row that is marked, by its key. */
  selected?: string | null
  /** A row was chosen: by a click or the arrow keys. Rows are plain without it. */
  onSelect?: (row: Row) => void
  /** Pixels; all rows have it. */
  rowHeight?: number
}

/**
 * A table of any length: only the rows in sight are in the page, so that tens of thousands scroll smoothly. `rows` is a
 * new array when anything in it is.
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
  const [order, setOrder] = useState<Order | null>(null)
  const rows = useMemo(() => ordered(given, columns, order), [given, order])
  const scroller = useRef<HTMLDivElement>(null)
  // A new function would have all rows measured anew at each step of a scroll: `rowKey` is taken to stay the same.
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
  // What was selected elsewhere comes into sight here.
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
          <Head key={column.key} column={column} order={order} onOrder={setOrder} />
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

interface HeadProps<Row> {
  column: Column<Row>
  order: Order | null
  onOrder: (order: Order | null) => void
}

/** Pressed once it sorts upwards, then downwards, then as the rows came. */
function Head<Row>({ column: { key, head, end, headCell, sort }, order, onOrder }: HeadProps<Row>) {
  const own = order?.key === key ? order : null
  const next = !own ? { key, isDown: false } : own.isDown ? null : { key, isDown: true }
  return (
    <span
      role="columnheader"
      class={end ? 'table-end' : undefined}
      aria-sort={sort && (own ? (own.isDown ? 'descending' : 'ascending') : 'none')}
    >
      {sort ? (
        <button type="button" class="table-sort" onClick={() => onOrder(next)}>
          {head}
          <span aria-hidden="true">{own ? (own.isDown ? ' ▾' : ' ▴') : ''}</span>
        </button>
      ) : (
        (headCell ?? head)
      )}
    </span>
  )
}

function ordered<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | null,
): readonly Row[] {
  const sort = columns.find(({ key }) => key === order?.key)?.sort
  if (!order || !sort) return rows
  return [...rows].sort((a, b) => (order.isDown ? sort(b, a) : sort(a, b)))
}

/** Where a key leads from a row; undefined when it leads nowhere. */
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
