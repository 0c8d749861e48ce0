/**
 * Writes areas.ts: the outlines of the issuers' states and countries, simplified to be small.
 *
 *     npm install --no-save us-atlas@3.0.1 world-atlas@2.0.2 topojson-client@3.1.0
 *     node edge-agent/site/make-areas.mjs > edge-agent/site/areas.ts
 *
 * us-atlas has the states from the Census Bureau's cartographic boundaries of 2017, world-atlas the countries from Natural Earth 1:50
 * million; both sources are in the public domain, both packages are ISC. Each border is simplified once for both of its sides
 * (Douglas and Peucker), so that no gap opens between neighbors. Small islands are left out.
 */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
// biome-ignore lint/correctness/noUndeclaredDependencies: installed only for this script, see above
const { feature } = require('topojson-client')

/** Degrees: maximum error of a simplified border, and the smallest ring that is kept (its area, squared). */
const STATES = { tolerance: 0.02, least: 0.05 }
const COUNTRIES = { tolerance: 0.1, least: 1 }

/** Numbers in the atlases: FIPS 5-2 of the states, ISO 3166-1 of the countries. */
const FIPS = `al01 ak02 az04 ar05 ca06 co08 ct09 de10 dc11 fl12 ga13 hi15 id16 il17 in18 ia19 ks20 ky21 la22 me23 md24
  ma25 mi26 mn27 ms28 mo29 mt30 ne31 nv32 nh33 nj34 nm35 ny36 nc37 nd38 oh39 ok40 or41 pa42 ri44 sc45 sd46 tn47 tx48
  ut49 vt50 va51 wa53 wv54 wi55 wy56 as60 gu66 mp69 pr72 vi78`
const ISO = `al008 ar032 at040 ba070 be056 bg100 br076 by112 ca124 ch756 cz203 de276 dk208 ee233 es724 fi246 fr250 gb826
  gr300 hr191 hu348 ie372 is352 it380 lt440 lu442 lv428 md498 me499 mk807 mx484 nl528 no578 pl616 pt620 py600 ro642
  rs688 se752 si705 sk703 tr792 ua804 uy858 ae784 au036 il376 in356 my458 nz554 za710`

const codes = (table, prefix) =>
  new Map(table.split(/\s+/).map((entry) => [entry.slice(2), prefix + entry.slice(0, 2)]))

/** The arcs of a topology in degrees, simplified. */
function simplified({ arcs, transform }, tolerance) {
  const { scale, translate } = transform
  return arcs.map((arc) => {
    let [x, y] = [0, 0]
    const points = arc.map(([dx, dy]) => {
      x += dx
      y += dy
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]]
    })
    return thin(points, tolerance)
  })
}

function thin(points, tolerance) {
  if (points.length < 3) return points
  const [[ax, ay], [bx, by]] = [points[0], points.at(-1)]
  const length = Math.hypot(bx - ax, by - ay)
  let [most, at] = [0, 0]
  for (let i = 1; i < points.length - 1; i++) {
    const [x, y] = points[i]
    const off =
      length === 0
        ? Math.hypot(x - ax, y - ay)
        : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
    if (off > most) [most, at] = [off, i]
  }
  if (most <= tolerance) return [points[0], points.at(-1)]
  return [...thin(points.slice(0, at + 1), tolerance).slice(0, -1), ...thin(points.slice(at), tolerance)]
}

const area = (ring) =>
  Math.abs(
    ring.reduce(
      (sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y,
      0,
    ),
  ) / 2

/** One line per ring: code, first point, then the steps to the others, all in hundredths of a degree, longitude first. */
function lines(file, object, names, { tolerance, least }) {
  const topology = require(file)
  const coarse = { ...topology, transform: undefined, arcs: simplified(topology, tolerance) }
  return feature(coarse, topology.objects[object]).features.flatMap(({ id, geometry }) => {
    const code = names.get(id)
    if (!code || !geometry) return []
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
    const largest = Math.max(...polygons.map(([outer]) => area(outer)))
    return polygons
      .map(([outer]) => outer)
      .filter((ring) => area(ring) >= Math.min(least, largest))
      .map((ring) => {
        const whole = ring.slice(0, -1).map((point) => point.map((degrees) => Math.round(degrees * 100)))
        const steps = whole.map(([x, y], i) => [x - (whole[i - 1]?.[0] ?? 0), y - (whole[i - 1]?.[1] ?? 0)])
        return `${code} ${steps.filter(([x, y]) => x !== 0 || y !== 0).join(' ')}`.replaceAll(',', ' ')
      })
  })
}

const rows = [
  ...lines('us-atlas/states-10m.json', 'states', codes(FIPS, 'us-'), STATES),
  ...lines('world-atlas/countries-50m.json', 'countries', codes(ISO, ''), COUNTRIES),
]
process.stdout.write(`/** Made by make-areas.mjs, which says from what and how to read it. */
export const AREAS = \`
${rows.join('\n')}
\`
`)
