import { Link } from '../shell/navigate.ts'
import './tabs.css'

export interface Tab {
  href: string
  label: string
  /** A number next to the name; nothing is shown for 0. */
  count?: number | undefined
}

/** Parts of a view, each with its own address. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ href, label, count }) => (
        <Link key={href} href={href} class="tabs-tab" aria-current={href === current ? 'page' : undefined}>
          {label}
          {count ? <span class="tabs-count"> {count}</span> : null}
        </Link>
      ))}
    </nav>
  )
}
