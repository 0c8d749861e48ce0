import { useMemo, useState } from 'preact/hooks'
import { MapView } from '../../map/map.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Loaded } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { Nothing } from '../search/nothing.tsx'
import { Basis } from './basis.tsx'
import { HoursOfDay } from './hours-of-day.tsx'
import { texts } from './texts.ts'
import { type Asked, type Found, useTool } from './use-tool.ts'

const words = texts.places

type Place = Found<'places'>['places'][number] & { rank: number }

/** Places that the vehicle visits, ranked. */
export function Places({ asked }: { asked: Asked }) {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const tool = useTool('places', { ...asked, timeZone })
  const [selected, setSelected] = useState<string | null>(null)
  const places = useMemo(
    () => (tool.data?.places ?? []).map((one, n): Place => ({ ...one, rank: n + 1 })),
    [tool.data],
  )
  const points = useMemo(
    () =>
      places.map((place) => ({
        id: keyOf(place),
        lat: place.lat,
        lon: place.lon,
        kind: 'place' as const,
        label: `${place.rank}. ${placeName(place)}`,
        caption: place.rank <= 10 ? `${place.rank}` : undefined,
      })),
    [places],
  )
  return (
    <Loaded query={tool}>
      {(found) => (
        <>
          <Basis found={found} onRetry={() => void tool.refetch()} />
          {places.length === 0 ? (
            <Nothing reports={found.vendors} text={texts.basis.nothing} />
          ) : (
            <div class="review-panes review-panes-table">
              <div class="review-side">
                <DataTable
                  label={words.label}
                  rows={places}
                  rowKey={keyOf}
                  columns={COLUMNS}
                  selected={selected}
                  onSelect={(place) => setSelected(keyOf(place))}
                  rowHeight={44}
                />
                <p class="review-muted">{words.zone(timeZone)}</p>
              </div>
              <div class="review-map">
                <MapView
                  label={words.map}
                  points={points}
                  selected={selected}
                  onSelect={setSelected}
                  hasTable
                />
              </div>
            </div>
          )}
        </>
      )}
    </Loaded>
  )
}

const keyOf = ({ rank }: Place): string => String(rank)
const placeName = ({ address, lat, lon }: Place): string => address ?? `${lat.toFixed(4)}, ${lon.toFixed(4)}`

const Name = (place: Place) => (
  <span class="review-name" title={placeName(place)}>
    {placeName(place)}
  </span>
)

const COLUMNS = [
  { key: 'rank', head: words.rank, width: '3rem', end: true, cell: ({ rank }: Place) => rank },
  { key: 'place', head: words.place, width: 'minmax(7rem, 1fr)', cell: Name },
  {
    key: 'visits',
    head: words.visits,
    width: '4.25rem',
    end: true,
    sort: (a: Place, b: Place) => a.visits - b.visits,
    cell: ({ visits }: Place) => visits,
  },
  {
    key: 'days',
    head: words.days,
    width: '4rem',
    end: true,
    sort: (a: Place, b: Place) => a.days - b.days,
    cell: ({ days }: Place) => days,
  },
  {
    key: 'hours',
    head: words.hours,
    width: '4.25rem',
    end: true,
    sort: (a: Place, b: Place) => a.hours - b.hours,
    cell: ({ hours }: Place) => hours.toFixed(1),
  },
  {
    key: 'clock',
    head: words.clock,
    width: '7.5rem',
    cell: ({ hoursOfDay }: Place) => <HoursOfDay hours={hoursOfDay} />,
  },
  { key: 'last', head: words.last, width: '6rem', cell: ({ last }: Place) => <When at={last} as="day" /> },
]
