import { SightlineError } from '@sightline/schemas/errors'
import type { Region } from '@sightline/schemas/plate'
import type { IssuerMix } from '../engine.ts'
import { countryOf, ISSUERS } from './issuers.ts'

/**
 * Which issuers' plates pass a place: a guess for a new camera, from the map alone. Pure.
 *
 * The site's own issuer has OWN of the plates. The others share the rest, each in proportion to
 *
 *     inhabitants · FARTHER ^ (borders to cross)
 *
 * A border between countries counts as ABROAD ordinary ones. Inside a country no issuer is farther than FARTHEST
 * (vehicles are moved, rented, driven across it). Abroad, issuers that no road reaches get nothing except the engine's
 * floor (sightline/prior.ts). A whole country (`us`) is a site too: its issuers share OWN_COUNTRY by their inhabitants.
 */

/** Most states register eight to nine of ten vehicles on their roads; fewer near borders and for tourists. */
const OWN = 0.8
/** A vehicle with a camera moves, perhaps over a border. */
const OWN_MOVING = 0.5
const OWN_COUNTRY = 0.98
const FARTHER = 1 / 3
const ABROAD = 2
const FARTHEST = 4

/** How errors describe a site. */
export const SITES =
  'who issues the plates there, such as us-ca, ca-on, mx-bcn or de, or a country, such as us'

/**
 * @param site `us-ca`, `de`, or a country of several issuers, such as `us`
 * @param isMoving the camera is on a vehicle
 * @throws USAGE for a site without a known issuer
 */
export function mixAt(site: Region, isMoving = false): IssuerMix {
  const own = ownIssuers(site)
  if (own.length === 0) {
    throw new SightlineError('USAGE', `there is no site ${site}`, {
      hint: `Write ${SITES}.`,
    })
  }
  const isCountry = own.length > 1
  const ours = isCountry ? OWN_COUNTRY : isMoving ? OWN_MOVING : OWN
  const steps = bordersFrom(own)
  const others = [...ISSUERS.keys()].filter((issuer) => !own.includes(issuer))
  return Object.fromEntries([
    ...divide(ours, own, ({ size }) => size),
    ...divide(1 - ours, others, ({ size }, issuer) => {
      const way = steps.get(issuer) ?? Number.POSITIVE_INFINITY
      const isFar = countryOf(issuer) === countryOf(site)
      return size * FARTHER ** (isFar ? Math.min(way, FARTHEST) : way)
    }),
  ])
}

/** Whether `mixAt` knows it. */
export const isSite = (site: Region): boolean => ownIssuers(site).length > 0

const ownIssuers = (site: Region): Region[] =>
  [...ISSUERS.keys()].filter((issuer) => issuer === site || issuer.startsWith(`${site}-`))

function divide(
  whole: number,
  among: readonly Region[],
  weigh: (issuer: { size: number }, code: Region) => number,
): [Region, number][] {
  const weights = among.map((code) => weigh(ISSUERS.get(code)!, code))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return total > 0 ? among.map((code, i) => [code, (whole * weights[i]!) / total]) : []
}

/** How many borders lie between any of these issuers and each issuer that roads reach. */
function bordersFrom(start: readonly Region[]): Map<Region, number> {
  const steps = new Map<Region, number>(start.map((issuer) => [issuer, 0]))
  // Few issuers and few borders: relaxing all of them until nothing changes is fast enough and plain.
  for (let isChanged = true; isChanged; ) {
    isChanged = false
    for (const [issuer, way] of [...steps]) {
      for (const next of ISSUERS.get(issuer)!.neighbors) {
        const there = way + (countryOf(next) === countryOf(issuer) ? 1 : ABROAD)
        if (there >= (steps.get(next) ?? Number.POSITIVE_INFINITY)) continue
        steps.set(next, there)
        isChanged = true
      }
    }
  }
  return steps
}
