import type { ComponentChildren } from 'preact'
import './table.css'
import './simple-table.css'

/** A head's content, if it is more than a word. */
interface Head {
  key: string
  content: ComponentChildren
  end?: boolean | undefined
  sort?: 'ascending' | 'descending' | 'none' | undefined
}

interface Props {
  /** What the rows are, for screen readers. */
  label: string
  heads: readonly (string | Head)[]
  /** `tr` with a `td` for each head. */
  children: ComponentChildren
}

/**
 * A native table of some dozens of rows, which may contain buttons and wrapped lines; `RowTable` makes one from columns that
 * can be sorted, and `DataTable` is for thousands of rows. Its head stays visible, and the keyboard scrolls it.
 */
export function SimpleTable({ label, heads, children }: Props) {
  return (
    <section class="simple-table" tabIndex={0} aria-label={label}>
      <table>
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {heads.map((head) => {
              if (typeof head === 'string') {
                return (
                  <th key={head} scope="col">
                    {head}
                  </th>
                )
              }
              const { key, content, end, sort } = head
              return (
                <th key={key} scope="col" class={end ? 'table-end' : undefined} aria-sort={sort}>
                  {content}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
