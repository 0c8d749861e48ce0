import { signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { me } from '../../shell/session.ts'
import { useNow } from '../../ui/use-now.ts'
import { held } from './feed/feed.ts'
import { EVERYTHING, type Filter, filterEntries } from './feed/filter.ts'

/** The filter of the alerts; kept while the user opens other views. */
export const filter = signal<Filter>(EVERYTHING)

/** How often to check for expired claims, milliseconds. */
const LAPSE_MS = 10_000

/** The alerts that pass the filter, newest first, and the count of each tab. */
export function useRows() {
  const now = useNow(LAPSE_MS)
  const { entries } = held.value
  const which = filter.value
  const who = me.value
  const rows = useMemo(() => filterEntries(entries, which, { me: who, now }), [entries, which, who, now])
  return { ...rows, now }
}
