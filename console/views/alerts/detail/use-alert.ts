import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import type { Entry } from '../feed/entry.ts'
import { applyVerdict, applyWork, held } from '../feed/feed.ts'
import { placeIn } from '../feed/held.ts'

/**
 * An alert in full. What the list holds is shown at once and follows the stream; asked for at the api it is all the same,
 * which records who looked at it (AUD-1).
 * @param isSettled whether one stays at it: who steps through the list has not looked at each
 */
export function useAlert(sequence: number, isSettled: boolean) {
  const query = useQuery({
    queryKey: ['alerts', 'one', sequence],
    queryFn: () => answer(api.GET('/v1/alerts/{sequence}', { params: { path: { sequence } } })),
    enabled: isSettled,
    staleTime: 0,
  })
  const asked = query.data
  useEffect(() => {
    if (asked?.work) applyWork(asked.work)
    if (asked && !asked.alert.covered) applyVerdict(sequence, asked.alert)
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
