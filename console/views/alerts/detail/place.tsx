import { useMemo } from 'preact/hooks'
import { MapView } from '../../../map/map.tsx'
import { texts } from '../../../texts/alerts.ts'
import { type Entry, placeOf } from '../feed/entry.ts'

/** Where the vehicle was, and which way it went. */
export function Place({ entry }: { entry: Entry }) {
  const { alert } = entry
  const { position, id } = alert.read
  const points = useMemo(() => {
    if (!position) return []
    const { lat, lon, headingDeg } = position
    return [{ id: 'seen', lat, lon, headingDeg, kind: 'alert' as const, label: placeOf(alert) }]
  }, [id])
  if (!position) return null
  return (
    <div class="alert-map">
      <MapView label={texts.facts.map} points={points} selected="seen" hasTable />
    </div>
  )
}
