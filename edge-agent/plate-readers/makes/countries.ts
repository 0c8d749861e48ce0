import { createParser } from '@sightline/schemas/message'
import { Region } from '@sightline/schemas/plate'

/** Countries by the three-letter codes of plate readers; other countries stay unknown. */
const BY_THREE = new Map(
  `usa us can ca mex mx aut at bel be bgr bg che ch cyp cy cze cz deu de dnk dk esp es est ee fin fi fra fr gbr gb
  grc gr hrv hr hun hu irl ie ita it lie li ltu lt lux lu lva lv mlt mt nld nl nor no pol pl prt pt rou ro srb rs svk
  sk svn si swe se tur tr ukr ua aus au bra br chl cl col co arg ar per pe gtm gt slv sv hnd hn`
    .trim()
    .split(/\s+/)
    .flatMap((three, n, all): [string, string][] => (n % 2 === 0 ? [[three, all[n + 1]!]] : [])),
)

const regions = createParser('region', Region)

/**
 * Issuer of a plate, as a plate reader writes it: `USA`, `us`, `US-CA`, `us-ca`.
 * @returns null if it is not understood
 */
export function regionOf(text: string | undefined): string | null {
  const lower = text?.trim().toLowerCase() ?? ''
  const region = BY_THREE.get(lower) ?? lower
  return regions.check(region) ? region : null
}
