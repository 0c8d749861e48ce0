import type { ComponentChildren } from 'preact'
import './simple-table.css'

interface Props {
  /** What the rows are, for screen readers. */
  label: string
  heads: readonly string[]
  /** `tr` with a `td` for each head. */
  children: ComponentChildren
}

/** A native table of some dozens of rows that may hold buttons and lines that break; `DataTable` is for thousands. */
export function SimpleTable({ label, heads, children }: Props) {
  return (
    <section class="simple-table" tabIndex={0} aria-label={label}>
      <table>
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
