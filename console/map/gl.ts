import {
  AttributionControl,
  type GeoJSONSource,
  Map as GlMap,
  type MapLayerMouseEvent,
  type MapMouseEvent,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { RefObject } from 'preact'
import { loadBase } from './base.ts'
import { colorsOf } from './colors.ts'
import {
  areasAsGeoJson,
  type Box,
  boxAround,
  graticule,
  linesAsGeoJson,
  pointsAsGeoJson,
} from './geometry.ts'
import { drawIcons, ICON_RATIO } from './icons.ts'
import { CLUSTER_MAX_ZOOM, styleOf } from './style.ts'
import { texts } from './texts.ts'
import type { MapArea, MapLine, MapPoint, MapProps, Place } from './types.ts'
import 'maplibre-gl/dist/maplibre-gl.css'

// A file of the console's own: the content policy does not allow a worker made from text.
setWorkerUrl(new URL(workerUrl, location.href).href)

/** The contiguous states. */
const HOME: Box = [-125, 24, -66.5, 49.8]

/** What is shown. */
export interface Shown {
  points: readonly MapPoint[]
  lines: readonly MapLine[]
  areas: readonly MapArea[]
}

export interface OpenMap {
  /** @param fit shows all of it; `unseen`: only if some of it is out of view, or its area is a dot */
  show(shown: Shown, fit: boolean | 'unseen'): void
  /** Marks a point, and scrolls to it. */
  select(point: Place | undefined): void
  move(moving: MapProps['moving']): void
  /** Shows these places; without them, everything. */
  fit(places?: readonly Place[]): void
  close(): void
}

interface Options {
  label: string
  /** Ids of all points at that place; the map does not know which of overlapping points is meant. */
  onSelect(ids: readonly string[]): void
  /** Places can be picked: by click, or with Enter at the center of the view. */
  onPick?: ((place: Place) => void) | undefined
  /** Aborted when the view with the map is closed. */
  signal: AbortSignal
}

/**
 * Opens the map in an element.
 * @returns null if the view was closed before the map was loaded: an element outside the page has no colors and no size
 * @throws when the base map cannot be loaded or the browser has no WebGL
 */
export async function openMap(holder: RefObject<HTMLElement>, options: Options): Promise<OpenMap | null> {
  const [base, tiles] = await Promise.all([loadBase(), tilesAddress()])
  const container = holder.current
  if (options.signal.aborted || !container) return null
  const colors = colorsOf(container)
  const map = new GlMap({
    container,
    style: styleOf(base, colors, tiles),
    bounds: HOME,
    minZoom: 2,
    maxZoom: 17,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    fadeDuration: 0,
    locale: {
      'Map.Title': options.label,
      'NavigationControl.ZoomIn': texts.nearer,
      'NavigationControl.ZoomOut': texts.farther,
    },
  })
  map.getCanvas().setAttribute('aria-description', options.onPick ? texts.keysPick : texts.keys)
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new ScaleControl({ unit: 'imperial' }), 'bottom-left')
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left')
  if (tiles) map.addControl(new AttributionControl({ compact: true }))
  for (const [name, image] of drawIcons(colors)) map.addImage(name, image, { pixelRatio: ICON_RATIO })
  await new Promise<void>((done) => {
    map.once('load', () => done())
    options.signal.addEventListener('abort', () => done())
  })
  if (options.signal.aborted) {
    map.remove()
    return null
  }

  const set = (source: string, data: GeoJSON.GeoJSON) => map.getSource<GeoJSONSource>(source)?.setData(data)
  const degrees = () => {
    const [[west, south], [east, north]] = map.getBounds().toArray()
    set('graticule', graticule([west, south, east, north]))
  }
  map.on('moveend', degrees)
  degrees()
  listen(map, options)

  let box: Box | null = null
  const fit = (places?: readonly Place[]) => {
    const wanted = places ? boxAround(places, [], []) : box
    // The packaged map has no streets: around a single place it shows the county instead of an empty field.
    const isOnePlace = wanted !== null && wanted[0] === wanted[2] && wanted[1] === wanted[3]
    const maxZoom = isOnePlace && !tiles ? 8.5 : 14
    map.fitBounds(wanted ?? HOME, wanted ? { padding: 48, maxZoom, animate: false } : { animate: false })
  }
  return {
    show: ({ points, lines, areas }, isToFit) => {
      set('points', pointsAsGeoJson(points))
      set('lines', linesAsGeoJson(lines))
      set('areas', areasAsGeoJson(areas))
      box = boxAround(points, lines, areas)
      const isSeen = box === null || (isInSight(map, box) && (areas.length === 0 || isLarge(map, box)))
      if (isToFit === true || (isToFit === 'unseen' && !isSeen)) fit()
    },
    select: (point) => {
      set('selected', pointsAsGeoJson(point ? [{ ...point, id: '', label: '', kind: 'place' }] : []))
      if (point && !map.getBounds().contains([point.lon, point.lat])) map.panTo([point.lon, point.lat])
    },
    move: (moving) => {
      const points = moving ? [{ ...moving, headingDeg: moving.headingDeg ?? 0 }] : []
      set('moving', pointsAsGeoJson(points.map((one) => ({ ...one, id: '', label: '', kind: 'place' }))))
    },
    fit,
    close: () => map.remove(),
  }
}

function isInSight(map: GlMap, [west, south, east, north]: Box): boolean {
  const bounds = map.getBounds()
  return bounds.contains([west, south]) && bounds.contains([east, north])
}

/** Whether a box is more than a dot: a place picked from afar needs a closer view, to be picked again. */
function isLarge(map: GlMap, [west, south, east, north]: Box): boolean {
  const [a, b] = [map.project([west, south]), map.project([east, north])]
  return Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) > 12
}

/** Handles a pointer; the map itself handles keys, and the list selects. */
function listen(map: GlMap, { onSelect, onPick }: Options): void {
  const idsOf = ({ features = [] }: MapLayerMouseEvent) =>
    features.map(({ properties }) => String(properties.id))
  map.on('click', 'points', (event) => onSelect(idsOf(event)))
  map.on('click', 'clusters', async ({ features, lngLat }) => {
    const id = features?.[0]?.properties.cluster_id as number
    const zoom = await map.getSource<GeoJSONSource>('points')!.getClusterExpansionZoom(id)
    // Points at one place never separate: when zoomed in, each is shown by itself.
    map.easeTo({ center: lngLat, zoom: Math.min(zoom, CLUSTER_MAX_ZOOM + 1) })
  })
  map.on('click', (event: MapMouseEvent) => {
    const isFree = map.queryRenderedFeatures(event.point, { layers: ['points', 'clusters'] }).length === 0
    if (isFree) onPick?.({ lat: event.lngLat.lat, lon: event.lngLat.lng })
  })
  map.getCanvas().addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !onPick) return
    event.preventDefault()
    const { lat, lng } = map.getCenter()
    onPick({ lat, lon: lng })
  })
  for (const layer of ['points', 'clusters']) {
    map.on('mouseenter', layer, (event) => {
      map.getCanvas().style.cursor = 'pointer'
      map.getCanvas().title = String(event.features?.[0]?.properties.label ?? '')
    })
    map.on('mouseleave', layer, () => {
      map.getCanvas().style.cursor = ''
      map.getCanvas().title = ''
    })
  }
}

/**
 * Address of raster tiles with {z}, {x} and {y}, as configured at the api; null: the packaged base map. @throws when it fails
 */
async function tilesAddress(): Promise<string | null> {
  const response = await fetch('/console.json')
  return response.ok ? ((await response.json()) as { tiles: string | null }).tiles : null
}
