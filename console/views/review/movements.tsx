import { useMemo, useState } from 'preact/hooks'
import { MapView } from '../../map/map.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Loaded } from '../../ui/states.tsx'
import { instantText } from '../../ui/time.ts'
import { When } from '../../ui/when.tsx'
import { Nothing } from '../search/nothing.tsx'
import { Basis } from './basis.tsx'
import { axisOf, momentAt, type Stop } from './play-axis.ts'
import { Player } from './player.tsx'
import { SightingPicture } from './sighting-picture.tsx'
import { texts } from './texts.ts'
import { usePlayer } from './use-player.ts'
import { type Asked, type Found, useTool } from './use-tool.ts'

const words = texts.movements

/** Movements over time: on the map, played, and as a list. */
export function Movements({ asked }: { asked: Asked }) {
  const tool = useTool('timeline', asked)
  return (
    <Loaded query={tool}>
      {(found) => (
        <>
          <Basis found={found} onRetry={() => void tool.refetch()} />
          {found.timeline.sightings === 0 ? (
            <Nothing reports={found.vendors} text={texts.basis.nothing} />
          ) : (
            <Played found={found} />
          )}
        </>
      )}
    </Loaded>
  )
}

interface Sighting extends Stop {
  read: string
  address: string
}

/** The points of the answer's map, oldest first. */
function sightingsOf({ timeline }: Found<'timeline'>): Sighting[] {
  return timeline.map.features
    .flatMap(({ geometry, properties }): Sighting[] => {
      if (geometry.type !== 'Point' || !('read' in properties)) return []
      const [lon = 0, lat = 0] = geometry.coordinates
      const { read, seenAt, trip, address } = properties
      return [{ lat, lon, at: Date.parse(seenAt), trip, read, address: address ?? words.mobile }]
    })
    .sort((a, b) => a.at - b.at)
}

function Played({ found }: { found: Found<'timeline'> }) {
  const sightings = useMemo(() => sightingsOf(found), [found])
  const axis = useMemo(() => axisOf(sightings), [sightings])
  const [minutes, setMinutes] = useState(5)
  const player = usePlayer(axis.at(-1) ?? 0, minutes * 60_000)
  const moment = momentAt(sightings, axis, player.along)
  const trip = moment?.trip ?? 0
  const here = sightings[moment?.stop ?? 0]
  const points = useMemo(
    () =>
      sightings.map(({ read, lat, lon, address, at }) => ({
        id: read,
        lat,
        lon,
        kind: 'read' as const,
        label: `${instantText(new Date(at))}, ${address}`,
      })),
    [sightings],
  )
  const lines = useMemo(() => linesOf(found, trip), [found, trip])
  const focus = useMemo(() => sightings.filter((one) => one.trip === trip), [sightings, trip])
  const goTo = (n: number) => player.goTo(axis[Math.max(0, Math.min(axis.length - 1, n))] ?? 0)
  const goToRead = (id: string) => goTo(sightings.findIndex(({ read }) => read === id))
  return (
    <div class="review-panes">
      <div class="review-main">
        <div class="review-map">
          <MapView
            label={words.map}
            points={points}
            lines={lines}
            moving={moment}
            focus={focus}
            selected={here?.read ?? null}
            onSelect={goToRead}
            hasTable
          />
        </div>
        <Player
          player={player}
          length={axis.at(-1) ?? 0}
          moment={moment}
          minutes={minutes}
          onMinutes={setMinutes}
          onStep={(by) => goTo((moment?.stop ?? 0) + by)}
        />
      </div>
      <div class="review-side">
        <h2>
          {texts.basis.sightings(found.timeline.sightings)}
          {found.timeline.unplaced > 0 && ` · ${words.unplaced(found.timeline.unplaced)}`}
        </h2>
        <DataTable
          label={words.sightings}
          rows={sightings}
          rowKey={keyOf}
          selected={here?.read ?? null}
          onSelect={({ read }) => goToRead(read)}
          columns={COLUMNS}
          rowHeight={46}
        />
        {here && <SightingPicture key={here.read} query={found.query} read={here.read} />}
      </div>
    </div>
  )
}

const keyOf = ({ read }: Sighting): string => read

const COLUMNS = [
  {
    key: 'seen',
    head: words.seenAt,
    width: 'minmax(9rem, 1fr)',
    cell: ({ at, address }: Sighting) => (
      <span class="review-seen">
        <When at={new Date(at).toISOString()} />
        <span class="review-muted">{address}</span>
      </span>
    ),
  },
  { key: 'trip', head: words.trip, width: '2.5rem', end: true, cell: ({ trip }: Sighting) => trip },
]

/** The lines of all trips; trips that are not selected are dimmed. */
const linesOf = ({ timeline }: Found<'timeline'>, current: number) =>
  timeline.map.features.flatMap(({ geometry, properties: { trip } }) =>
    geometry.type === 'LineString'
      ? [
          {
            id: String(trip),
            coordinates: geometry.coordinates as [number, number][],
            kind: trip === current ? ('way' as const) : ('past' as const),
          },
        ]
      : [],
  )
