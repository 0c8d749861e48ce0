import type { IssuerMix, PlateFinding } from '@sightline/recognition/engine'
import { mixAt } from '@sightline/recognition/site/mix'
import type { CameraToRun } from '../camera/camera-to-run.ts'
import type { PositionSource } from '../position/source.ts'
import { learnIssuers, type SavedIssuers } from './learn-issuers.ts'
import { siteAt } from './site-at.ts'

/** Which issuers' plates pass a camera, as far as is known. */
export interface Issuers {
  /** Mix for the engine with the frame of this instant, milliseconds since 1970; undefined: unknown. */
  mix(seenAt: number): IssuerMix | undefined
  /** Learns from a vehicle that passed. */
  count(finding: Pick<PlateFinding, 'withoutSite'>, seenAt: number): void
  /** What it learned, for the next start; undefined if it does not learn. */
  save(): SavedIssuers | undefined
}

const UNKNOWN: Issuers = { mix: () => undefined, count() {}, save: () => undefined }

/**
 * A fixed camera begins with the map's mix for its site (as configured, or at its position), and learns. A mobile camera uses
 * the map's mix for its current position, and does not learn: tomorrow it is elsewhere.
 * @throws USAGE for an unknown configured site
 */
export function issuersOf(
  { camera, site, position: at }: Pick<CameraToRun, 'camera' | 'site' | 'position'>,
  position: Pick<PositionSource, 'positionAt'>,
  saved?: SavedIssuers,
): Issuers {
  if (camera.kind === 'mobile') return mobileIssuers(site, position)
  const here = site ?? (at && 'lat' in at ? siteAt(at) : null)
  if (here === null) return UNKNOWN
  return learnIssuers(here, saved)
}

function mobileIssuers(site: string | undefined, position: Pick<PositionSource, 'positionAt'>): Issuers {
  const cached = new Map<string, IssuerMix>()
  const at = (here: string): IssuerMix => {
    const mix = cached.get(here) ?? mixAt(here, true)
    cached.set(here, mix)
    return mix
  }
  let last: { key: string; site: string | null } | undefined
  return {
    ...UNKNOWN,
    mix(seenAt) {
      if (site !== undefined) return at(site)
      const place = position.positionAt(seenAt)
      if (!place) return undefined
      // Some kilometers: checking all areas again for every frame would be a waste.
      const key = `${place.lat.toFixed(2)} ${place.lon.toFixed(2)}`
      if (last?.key !== key) last = { key, site: siteAt(place) }
      return last.site === null ? undefined : at(last.site)
    },
  }
}
