import { useMemo, useState } from 'preact/hooks'
import { MapView } from '../../map/map.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Loaded } from '../../ui/states.tsx'
import { durationText, instantText } from '../../ui/time.ts'
import { When } from '../../ui/when.tsx'
import { lackOf } from '../search/lack.ts'
import { Basis } from './basis.tsx'
import { SightingPicture } from './sighting-picture.tsx'
import { texts } from './texts.ts'
import { type Asked, type Found, useTool } from './use-tool.ts'

const words = texts.travel

type Pair = Found<'impossible-travel'>['travel']['pairs'][number]
type Sighting = Pair['sightings'][number]

/** Sightings that one vehicle cannot explain: a cloned plate or a misread. */
export function Travel({ asked }: { asked: Asked }) {
  const tool = useTool('impossible-travel', asked)
  return (
    <Loaded query={tool}>
      {(found) => {
        const { verdict, impossible, days, pairs, vehicles } = found.travel
        const isSure = verdict !== 'possible' || lackOf(found.vendors) === null
        return (
          <>
            <Basis found={found} onRetry={() => void tool.refetch()} />
            <p class={verdict === 'possible' && isSure ? 'notice' : 'notice review-warning'}>
              <Icon name={verdict === 'possible' && isSure ? 'check' : 'warning'} />
              <span>
                <b>{words.verdicts[isSure ? verdict : 'incomplete']}</b>{' '}
                {impossible > 0 && words.pairs(impossible, days)}
              </span>
            </p>
            {pairs.length > 0 && <Pairs pairs={pairs} query={found.query} />}
            {vehicles.length > 1 && (
              <section aria-label={words.vehicles}>
                <h2>{words.vehicles}</h2>
                <ul>
                  {vehicles.map(({ sightings, days, first, last }, n) => (
                    <li key={first}>
                      {words.vehicle(n + 1, sightings, days)}, <When at={first} as="day" /> –{' '}
                      <When at={last} as="day" />
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </>
        )
      }}
    </Loaded>
  )
}

function Pairs({ pairs, query }: { pairs: readonly Pair[]; query: string }) {
  const [key, setKey] = useState(keyOf(pairs[0]!))
  const pair = pairs.find((one) => keyOf(one) === key) ?? pairs[0]!
  const points = useMemo(
    () =>
      pair.sightings.map(({ read, lat, lon, seenAt, address }, n) => ({
        id: `${n} ${read}`,
        lat,
        lon,
        kind: 'read' as const,
        caption: String(n + 1),
        label: `${instantText(new Date(seenAt))}, ${address ?? ''}`,
      })),
    [pair],
  )
  const lines = useMemo(
    () => [{ id: key, coordinates: pair.sightings.map(({ lat, lon }): [number, number] => [lon, lat]) }],
    [pair],
  )
  return (
    <div class="review-panes review-panes-table">
      <DataTable
        label={words.label}
        rows={pairs}
        rowKey={keyOf}
        columns={COLUMNS}
        selected={keyOf(pair)}
        onSelect={(one) => setKey(keyOf(one))}
        rowHeight={60}
      />
      <div class="review-side">
        <div class="review-map">
          <MapView label={words.map} points={points} lines={lines} hasTable />
        </div>
        <div class="review-pictures">
          {pair.sightings.map((sighting, n) => (
            <div key={`${n} ${sighting.read}`}>
              <Seen sighting={sighting} />
              <SightingPicture query={query} read={sighting.read} />
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

const keyOf = ({ sightings }: Pair): string => sightings.map(({ read }) => read).join(' ')

function Seen({ sighting: { seenAt, address, camera } }: { sighting: Sighting }) {
  return (
    <span class="review-seen">
      <When at={seenAt} />
      <span class="review-muted">{address ?? camera}</span>
    </span>
  )
}

const COLUMNS = [
  {
    key: 'first',
    head: words.first,
    width: 'minmax(9.5rem, 1fr)',
    cell: ({ sightings: [first] }: Pair) => first && <Seen sighting={first} />,
  },
  {
    key: 'second',
    head: words.second,
    width: 'minmax(9.5rem, 1fr)',
    cell: ({ sightings: [, second] }: Pair) => second && <Seen sighting={second} />,
  },
  {
    key: 'distance',
    head: words.distance,
    width: '4.25rem',
    end: true,
    sort: (a: Pair, b: Pair) => a.distanceM - b.distanceM,
    cell: ({ distanceM }: Pair) => texts.movements.km((distanceM / 1000).toFixed(0)),
  },
  {
    key: 'time',
    head: words.time,
    width: '4.75rem',
    end: true,
    sort: (a: Pair, b: Pair) => a.seconds - b.seconds,
    cell: ({ seconds }: Pair) => durationText(seconds * 1000),
  },
  {
    key: 'speed',
    head: words.speed,
    width: '5.25rem',
    end: true,
    sort: (a: Pair, b: Pair) => a.speedMps - b.speedMps,
    cell: ({ speedMps }: Pair) => words.speedText(speedMps * 3.6),
  },
]
