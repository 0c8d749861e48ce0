import { PORTS_OF_ENTRY } from '@sightline/schemas/ports-of-entry'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import countiesUrl from 'us-atlas/counties-10m.json?url'
import { middleOf } from './geometry.ts'
import { neighbors } from './texts.ts'

type Named = GeometryCollection<{ name: string }>
type Atlas = Topology<{ counties: Named; states: Named; nation: GeometryCollection }>

/** The base map: packaged, so that the map works without the internet. GeoJSON. */
export interface Base {
  nation: GeoJSON.FeatureCollection
  states: GeoJSON.MultiLineString
  counties: GeoJSON.MultiLineString
  /** Points with `name` and `rank`: country, state, county, port. */
  names: GeoJSON.FeatureCollection
}

let loading: Promise<Base> | undefined

/** The states and counties of the United States (us-atlas, from the Census Bureau), loaded once. @throws when it fails */
export function loadBase(): Promise<Base> {
  loading ??= fetchBase().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

async function fetchBase(): Promise<Base> {
  const response = await fetch(countiesUrl)
  if (!response.ok) throw new TypeError(`fetch of the base map answered ${response.status}`)
  const atlas = (await response.json()) as Atlas
  const { counties, states, nation } = atlas.objects
  const named = (collection: Named, rank: string) =>
    feature(atlas, collection).features.map(({ geometry, properties }) =>
      nameAt(middleOf(geometry), properties.name, rank),
    )
  return {
    nation: feature(atlas, nation),
    states: mesh(atlas, states, (a, b) => a !== b),
    counties: mesh(atlas, counties, (a, b) => a !== b),
    names: {
      type: 'FeatureCollection',
      features: [
        ...neighbors.map(({ name, lat, lon }) => nameAt([lon, lat], name, 'country')),
        ...PORTS_OF_ENTRY.map(({ name, lat, lon }) => nameAt([lon, lat], name.split(',')[0]!, 'port')),
        ...named(states, 'state'),
        ...named(counties, 'county'),
      ],
    },
  }
}

const nameAt = (coordinates: [number, number], name: string, rank: string): GeoJSON.Feature => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates },
  properties: { name, rank },
})
