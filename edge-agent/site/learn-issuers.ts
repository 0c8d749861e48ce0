import type { IssuerMix, PlateFinding } from '@sightline/recognition/engine'
import { mixAt } from '@sightline/recognition/site/mix'
import type { Region } from '@sightline/schemas/plate'

/**
 * Which issuers' plates pass a fixed camera: at first the map's guess for its site, then more and more what it saw. Pure.
 *
 * The mix is the mean of a Dirichlet distribution: GUESS plates divided according to the map, plus one for each counted
 * plate. Three rules keep it honest:
 * - A plate is counted only if its region was certain without any mix (`withoutSite`). So the learned mix cannot confirm
 *   itself.
 * - At most A_DAY plates are counted per day, from its beginning, and beyond MEMORY the older ones fade. So one unusual day
 *   changes little.
 * - No issuer becomes impossible: the engine raises each share to a floor (recognition/sightline/prior.ts).
 */

/** The map's guess weighs as much as this many counted plates. */
const GUESS = 200
const MEMORY = 2_000
const A_DAY = 100
/** Confidence from which a region counts as certain. */
const SURE = 0.9

export interface SavedIssuers {
  /** The site: for another one the counts would be meaningless. */
  readonly site: Region
  readonly counts: Readonly<Record<Region, number>>
  /** Day of the last count, days since 1970 (UTC), and the number counted on it. */
  readonly day: number
  readonly today: number
}

export interface LearnedIssuers {
  /** Mix for the engine with the next frame. */
  mix(): IssuerMix
  /** Counts a vehicle that passed. @param seenAt milliseconds since 1970 */
  count(finding: Pick<PlateFinding, 'withoutSite'>, seenAt: number): void
  save(): SavedIssuers
}

const DAY_MS = 86_400_000

/** @throws USAGE for an unknown site */
export function learnIssuers(site: Region, saved?: SavedIssuers): LearnedIssuers {
  const guess = mixAt(site)
  const known = saved?.site === site ? saved : undefined
  const counts = new Map<Region, number>(Object.entries(known?.counts ?? {}))
  let total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  let [day, today] = [known?.day ?? 0, known?.today ?? 0]
  let divided: IssuerMix | undefined

  function divide(): IssuerMix {
    const all = new Set([...Object.keys(guess), ...counts.keys()])
    return Object.fromEntries(
      [...all].map((issuer) => [issuer, GUESS * (guess[issuer] ?? 0) + (counts.get(issuer) ?? 0)]),
    )
  }

  function fade(): void {
    if (total <= MEMORY) return
    for (const [issuer, count] of counts) counts.set(issuer, (count * MEMORY) / total)
    total = MEMORY
  }

  return {
    mix() {
      divided ??= divide()
      return divided
    },
    count({ withoutSite }, seenAt) {
      if (!withoutSite || withoutSite.confidence < SURE) return
      const now = Math.floor(seenAt / DAY_MS)
      // Any other day, not only a later one: a clock that was once far ahead must not end the learning.
      if (now !== day) [day, today] = [now, 0]
      if (today >= A_DAY) return
      today++
      counts.set(withoutSite.region, (counts.get(withoutSite.region) ?? 0) + 1)
      total++
      fade()
      divided = undefined
    },
    save: () => ({ site, counts: Object.fromEntries(counts), day, today }),
  }
}
