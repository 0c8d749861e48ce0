import { Icon } from '../ui/icon.tsx'
import type { EntryCount, View } from '../views/route.ts'
import { AccountMenu } from './account-menu.tsx'
import { Link, useLocation } from './navigate.ts'
import { texts } from './texts.ts'

/** The navigation: the views that the user may see. */
export function Rail({ views }: { views: readonly View[] }) {
  const [path] = useLocation()
  return (
    <header class="rail">
      <Link href="/" class="rail-brand" aria-label={texts.product}>
        <Icon name="brand" />
        <span>{texts.product}</span>
      </Link>
      <nav aria-label={texts.navigation} class="rail-views">
        {views.map(
          ({ entry }) =>
            entry && (
              <Link
                key={entry.path}
                href={entry.path}
                class="rail-entry"
                aria-current={path === entry.path || path.startsWith(`${entry.path}/`) ? 'page' : undefined}
              >
                <Icon name={entry.icon} />
                <span>{entry.label}</span>
                {entry.count && <Count count={entry.count} />}
              </Link>
            ),
        )}
      </nav>
      <AccountMenu />
    </header>
  )
}

/** Larger numbers cannot be distinguished at a glance. */
const MOST = 99

function Count({ count: { value, text } }: { count: EntryCount }) {
  if (value.value === 0) return null
  return (
    <span class="rail-count">
      <span aria-hidden="true">{value.value > MOST ? `${MOST}+` : value.value}</span>
      <span class="visually-hidden">{text(value.value)}</span>
    </span>
  )
}
