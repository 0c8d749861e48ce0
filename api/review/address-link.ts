import type { Read } from '@sightline/schemas/read'
import type { AddressLink } from '@sightline/schemas/review'
import { runsOf, sightingsOf } from './sighting.ts'

/** Sightings within this time, at one address, are one visit; a visit with two sightings or more is a stay. */
export const VISIT_GAP_MS = 3 * 3_600_000

interface Presence {
  visits: number
  stays: number
  /** Number of days (UTC) on which it was seen, and on which it stayed. */
  days: number
  stayDays: number
}

const ABSENT: Presence = { visits: 0, stays: 0, days: 0, stayDays: 0 }

/**
 * How a vehicle is linked to an address (QRY-10): how often it comes and stays, and how many of the other vehicles seen
 * there do so as often. The others are counted, not named: they are not under investigation (QRY-6).
 * @param reads all reads at the address
 */
export function addressLink(subject: string, reads: readonly Read[]): AddressLink {
  const byPlate = new Map<string, Read[]>()
  for (const read of reads) byPlate.set(read.plate, [...(byPlate.get(read.plate) ?? []), read])
  const own = byPlate.get(subject) ?? []
  const presence = own.length > 0 ? presenceOf(own) : ABSENT
  const all = [...byPlate.values()].map(presenceOf)
  const ahead = all.filter((other) => compare(other, presence) < 0).length
  const seen = sightingsOf(own)
  return {
    ...presence,
    rank: own.length > 0 ? ahead + 1 : null,
    vehicles: byPlate.size,
    asOften: own.length > 0 ? all.filter((other) => compare(other, presence) <= 0).length - 1 : null,
    first: seen[0]?.read.seenAt ?? null,
    last: seen.at(-1)?.read.seenAt ?? null,
  }
}

function presenceOf(reads: readonly Read[]): Presence {
  const visits = runsOf(sightingsOf(reads), (one, next) => next.at - one.at > VISIT_GAP_MS)
  const stays = visits.filter((visit) => visit.length > 1)
  const daysOf = (some: typeof visits) =>
    new Set(some.flat().map(({ read }) => read.seenAt.slice(0, 10))).size
  return { visits: visits.length, stays: stays.length, days: daysOf(visits), stayDays: daysOf(stays) }
}

/** Those who stay on more days come first, then those who come on more. */
const compare = (a: Presence, b: Presence): number =>
  b.stayDays - a.stayDays || b.days - a.days || b.visits - a.visits
