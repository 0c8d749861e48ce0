import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import type { Base } from './base.ts'
import type { Colors } from './colors.ts'

/** From this zoom level on, points are shown one by one. */
export const CLUSTER_MAX_ZOOM = 13

const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
/** Rendered by the browser with its own fonts: there is no server for glyphs. */
const FONT = ['Liberation Sans', 'Noto Sans', 'Segoe UI', 'Roboto', 'sans-serif']

const geojson = (data: GeoJSON.GeoJSON): SourceSpecification => ({ type: 'geojson', data })

/** @param tiles address of raster tiles with {z}, {x} and {y}, or null: only the packaged base map */
export function styleOf(base: Base, colors: Colors, tiles: string | null): StyleSpecification {
  return {
    version: 8,
    sources: {
      nation: geojson(base.nation),
      states: geojson(base.states),
      counties: geojson(base.counties),
      names: geojson(base.names),
      graticule: geojson(EMPTY),
      areas: geojson(EMPTY),
      lines: geojson(EMPTY),
      points: {
        type: 'geojson',
        data: EMPTY,
        cluster: true,
        clusterRadius: 30,
        clusterMaxZoom: CLUSTER_MAX_ZOOM,
      },
      selected: geojson(EMPTY),
      moving: geojson(EMPTY),
      ...(tiles && { tiles: { type: 'raster', tiles: [tiles], tileSize: 256 } as const }),
    },
    layers: [...baseLayers(colors, tiles !== null), ...contentLayers(colors)],
  }
}

function baseLayers(colors: Colors, hasTiles: boolean): LayerSpecification[] {
  const line = (id: string, color: string, width: number, minzoom = 0): LayerSpecification => ({
    id,
    type: 'line',
    source: id,
    minzoom,
    paint: { 'line-color': color, 'line-width': width },
  })
  const name = (
    rank: string,
    size: number,
    [minzoom, maxzoom]: [number, number],
    more: { icon?: boolean; upper?: boolean } = {},
  ): LayerSpecification => ({
    id: `name-${rank}`,
    type: 'symbol',
    source: 'names',
    minzoom,
    maxzoom,
    filter: ['==', ['get', 'rank'], rank],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': FONT,
      'text-size': size,
      'text-padding': 6,
      ...(more.upper && { 'text-transform': 'uppercase', 'text-letter-spacing': 0.12 }),
      ...(more.icon && {
        'icon-image': 'port',
        'icon-allow-overlap': true,
        'text-variable-anchor': ['left', 'right', 'top'],
        'text-radial-offset': 0.7,
        'text-optional': true,
      }),
    },
    paint: { 'text-color': colors.muted, 'text-halo-color': colors.surface, 'text-halo-width': 1.5 },
  })
  const ground: LayerSpecification = {
    id: 'ground',
    type: 'background',
    paint: { 'background-color': colors.ground },
  }
  if (hasTiles) return [ground, { id: 'tiles', type: 'raster', source: 'tiles' }]
  return [
    ground,
    { id: 'nation', type: 'fill', source: 'nation', paint: { 'fill-color': colors.surface } },
    line('graticule', colors.line, 0.7),
    line('counties', colors.line, 1.2, 5),
    line('states', colors['line-strong'], 1.2),
    {
      id: 'border',
      type: 'line',
      source: 'nation',
      paint: { 'line-color': colors['line-strong'], 'line-width': 1.8 },
    },
    name('county', 11, [7.5, 24]),
    name('state', 12, [3, 7.5], { upper: true }),
    name('country', 13, [3, 24]),
    name('port', 11, [6.5, 24], { icon: true }),
  ]
}

function contentLayers(colors: Colors): LayerSpecification[] {
  const isCluster = ['has', 'point_count'] as ['has', string]
  return [
    {
      id: 'areas-fill',
      type: 'fill',
      source: 'areas',
      paint: { 'fill-color': colors.warn, 'fill-opacity': 0.12 },
    },
    {
      id: 'areas',
      type: 'line',
      source: 'areas',
      paint: { 'line-color': colors.warn, 'line-width': 1.5, 'line-dasharray': [3, 2] },
    },
    {
      id: 'lines',
      type: 'line',
      source: 'lines',
      layout: {
        'line-join': 'round',
        'line-cap': 'round',
        'line-sort-key': ['match', ['get', 'kind'], 'past', 0, 1],
      },
      paint: {
        'line-color': ['match', ['get', 'kind'], 'past', colors.muted, colors.accent],
        'line-width': ['match', ['get', 'kind'], 'past', 1.2, 2.5],
        'line-opacity': ['match', ['get', 'kind'], 'past', 0.4, 0.9],
      },
    },
    {
      id: 'clusters',
      type: 'circle',
      source: 'points',
      filter: isCluster,
      paint: {
        'circle-color': colors.surface,
        'circle-stroke-color': colors.accent,
        'circle-stroke-width': 2,
        'circle-radius': ['step', ['get', 'point_count'], 13, 10, 16, 100, 20, 1000, 25],
      },
    },
    {
      id: 'cluster-counts',
      type: 'symbol',
      source: 'points',
      filter: isCluster,
      layout: {
        'text-field': ['get', 'point_count_abbreviated'],
        'text-font': FONT,
        'text-size': 12,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': colors.text },
    },
    {
      id: 'headings',
      type: 'symbol',
      source: 'points',
      filter: ['all', ['!', isCluster], ['!=', ['get', 'headingDeg'], null]],
      layout: {
        'icon-image': 'arrow',
        'icon-rotate': ['coalesce', ['get', 'headingDeg'], 0],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
      },
    },
    {
      id: 'points',
      type: 'symbol',
      source: 'points',
      filter: ['!', isCluster],
      layout: {
        'icon-image': ['get', 'kind'],
        'icon-allow-overlap': true,
        'text-field': ['get', 'caption'],
        'text-font': FONT,
        'text-size': 12,
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.9,
        'text-optional': true,
      },
      paint: { 'text-color': colors.text, 'text-halo-color': colors.surface, 'text-halo-width': 1.5 },
    },
    {
      id: 'selected',
      type: 'circle',
      source: 'selected',
      paint: {
        'circle-color': 'transparent',
        'circle-radius': 11,
        'circle-stroke-color': colors.text,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'moving',
      type: 'symbol',
      source: 'moving',
      layout: {
        'icon-image': 'moving',
        'icon-rotate': ['get', 'headingDeg'],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
      },
    },
  ]
}
