import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import type { Entry } from '../feed/entry.ts'
import { applyAnswer, held } from '../feed/feed.ts'
import { placeIn } from '../feed/held.ts'

/**
 * An alert in full. The data from the list is shown at once and follows the stream. The api is still asked, because that
 * records who looked at it (AUD-1).
 * @param isSettled whether the user stays at it: stepping through the list is not looking at each alert
 */
export function useAlert(sequence: number, isSettled: boolean) {
  const query = useQuery({
    queryKey: ['alerts', 'one', sequence],
    queryFn: async () => {
      const asOf = held.value
      const found = await answer(api.GET('/v1/alerts/{sequence}', { params: { path: { sequence } } }))
      return { ...found, asOf }
    },
    enabled: isSettled,
    staleTime: 0,
  })
  const asked = query.data
  useEffect(() => {
    if (asked) applyAnswer({ ...asked, sequence, sightings: null }, asked.asOf)
  }, [asked])
  const { entries } = held.value
  const place = placeIn(entries, sequence)
  const listed = place === undefined ? undefined : entries[place]
  const entry: Entry | undefined = listed ?? (asked && { ...asked, sequence, sightings: null, change: 0 })
  return { entry, query }
}

/** Whether a value has not changed for a moment. */
export function useSettled(value: unknown, ms: number): boolean {
  const [settled, setSettled] = useState<unknown>(undefined)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled === value
}
