import { texts } from './texts.ts'
import type { MapPoint } from './types.ts'

interface Props {
  label: string
  points: readonly MapPoint[]
  selected: string | null
  onSelect: ((id: string) => void) | undefined
}

/** Maximum number of entries in the list; views with more have their own table. */
const MOST = 200

/** The map's contents in words, for people who cannot see it or use no pointer. */
export function MapList({ label, points, selected, onSelect }: Props) {
  return (
    <details class="map-list">
      <summary>{texts.list(points.length)}</summary>
      {points.length === 0 && <p>{texts.noPlaces}</p>}
      <ul aria-label={label}>
        {points.slice(0, MOST).map(({ id, label, lat, lon }) => (
          <li key={id}>
            {onSelect ? (
              <button
                type="button"
                class="map-list-choice"
                aria-pressed={id === selected}
                onClick={() => onSelect(id)}
              >
                {label}
              </button>
            ) : (
              <span>{label}</span>
            )}
            <span class="map-list-place">
              {lat.toFixed(4)}, {lon.toFixed(4)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
