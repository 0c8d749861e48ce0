import { signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { me } from '../../shell/session.ts'
import { useNow } from '../../ui/use-now.ts'
import { held } from './feed/feed.ts'
import { EVERYTHING, type Filter, filterEntries } from './feed/filter.ts'

/** What of the alerts is shown; stays while one looks at other views. */
export const filter = signal<Filter>(EVERYTHING)

/** How often it is looked whether claims have lapsed, milliseconds. */
const LAPSE_MS = 10_000

/** The alerts that the filter lets through, newest first, and how many each tab has. */
export function useRows() {
  const now = useNow(LAPSE_MS)
  const { entries } = held.value
  const which = filter.value
  const who = me.value
  const rows = useMemo(() => filterEntries(entries, which, { me: who, now }), [entries, which, who, now])
  return { ...rows, now }
}
