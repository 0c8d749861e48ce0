import type { IssuerMix, PlateFinding } from '@sightline/recognition/engine'
import { mixAt } from '@sightline/recognition/site/mix'
import type { CameraToRun } from '../camera/camera-to-run.ts'
import type { PositionSource } from '../position/source.ts'
import { learnIssuers, type SavedIssuers } from './learn-issuers.ts'
import { siteAt } from './site-at.ts'

/** Whose plates come by a camera, as far as anybody knows. */
export interface Issuers {
  /** To be given to the engine with the frame of this instant, milliseconds since 1970; undefined: nobody knows. */
  mix(seenAt: number): IssuerMix | undefined
  /** Learns from a vehicle that came by. */
  count(finding: Pick<PlateFinding, 'withoutSite'>, seenAt: number): void
  /** What it learned, for the next start; undefined where it learns nothing. */
  save(): SavedIssuers | undefined
}

const UNKNOWN: Issuers = { mix: () => undefined, count() {}, save: () => undefined }

/**
 * A fixed camera begins with what the map says of its site (as configured, else where it stands) and learns. A mobile one has the
 * map's mix of the place where it is, and learns nothing: tomorrow it is elsewhere.
 * @throws USAGE for a configured site that is unknown
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
      // Some kilometers: looking at all areas again for every frame would be work for nothing.
      const key = `${place.lat.toFixed(2)} ${place.lon.toFixed(2)}`
      if (last?.key !== key) last = { key, site: siteAt(place) }
      return last.site === null ? undefined : at(last.site)
    },
  }
}
