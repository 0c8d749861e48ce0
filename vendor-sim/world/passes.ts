import type { PlacedCamera } from './cameras.ts'
import { type Random, random } from './random.ts'
import type { Vehicle } from './vehicles.ts'
import type { World } from './world.ts'

/** One vehicle passes one camera. */
export interface Pass {
  readonly vehicle: Vehicle
  readonly place: PlacedCamera
  /** Milliseconds since 1970. */
  readonly at: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The world keeps Pacific standard time all year: its day begins at 08:00 UTC. */
const DAY_STARTS = 8 * HOUR

/** Number of the world's day that holds an instant. @param at milliseconds since 1970 */
export const dayOf = (at: number): number => Math.floor((at - DAY_STARTS) / DAY)

/** First instant of a day of the world, milliseconds since 1970. */
export const startOfDay = (day: number): number => day * DAY + DAY_STARTS

/**
 * Who passes which camera in [from, to), in order of time. Depends on the world and the window alone, so that
 * history written in bulk and a live feed agree on every pass.
 * @param from milliseconds since 1970 @param to milliseconds since 1970, excluded
 */
export function* passesBetween(world: World, from: number, to: number): Generator<Pass> {
  if (from >= to) return
  for (let day = dayOf(from); day <= dayOf(to - 1); day++) {
    for (const pass of passesOfDay(world, day)) {
      if (pass.at >= to) return
      if (pass.at >= from) yield pass
    }
  }
}

/**
 * Traffic from elsewhere that keeps a live feed at a steady rate: vehicles of the fleet at any camera in the
 * United States, `rate` a second, in [from, to). As reproducible as `passesBetween`, for the same rate.
 * @param rate passes a second, above 0
 */
export function* throughTraffic(world: World, rate: number, from: number, to: number): Generator<Pass> {
  const interval = 1000 / rate
  const places = world.places.filter(({ country }) => country === 'US')
  // One pass somewhere in each slot. Only `at` decides which window it belongs to, so that windows join.
  for (let slot = Math.floor(from / interval) - 1; slot * interval < to; slot++) {
    const rng = random(world.seed, 'through', rate, slot)
    const at = Math.floor((slot + rng.next()) * interval)
    if (at >= from && at < to) yield { vehicle: rng.pick(world.fleet), place: rng.pick(places), at }
  }
}

/** Days computed last: a live feed asks for the same day ten times a second. */
const recent = new WeakMap<World, Map<number, readonly Pass[]>>()

function passesOfDay(world: World, day: number): readonly Pass[] {
  const days = recent.get(world) ?? new Map<number, readonly Pass[]>()
  recent.set(world, days)
  const known = days.get(day)
  if (known) return known
  const passes = world.fleet.flatMap((vehicle) => [
    ...ownPasses(world, vehicle, day),
    ...companyPasses(world, vehicle, day),
  ])
  passes.sort((a, b) => a.at - b.at || a.vehicle.index - b.vehicle.index)
  if (days.size >= 2) days.delete(days.keys().next().value!)
  days.set(day, passes)
  return passes
}

/** A vehicle's own ways on one day: to work and back, errands. */
function ownPasses(world: World, vehicle: Vehicle, day: number): Pass[] {
  const rng = random(world.seed, 'day', vehicle.index, day)
  const passes: Pass[] = []
  // Day 0 of 1970 was a Thursday.
  const weekday = (((day + 4) % 7) + 7) % 7
  if (vehicle.works && weekday >= 1 && weekday <= 5 && rng.chance(0.9)) {
    const leaves = vehicle.leavesAt + rng.normal(0, 0.15)
    passes.push(...way(vehicle, day, leaves, vehicle.commute, rng))
    passes.push(...way(vehicle, day, leaves + rng.normal(8.9, 0.4), vehicle.commute.toReversed(), rng))
  }
  if (rng.chance(vehicle.errands)) {
    const cameras = rng.chance(0.5)
      ? [rng.pick(vehicle.around)]
      : [rng.pick(vehicle.around), rng.pick(vehicle.around)]
    passes.push(...way(vehicle, day, rng.between(8, 22), cameras, rng))
  }
  return passes
}

/** Ways that a vehicle follows its companion, seconds behind. */
function companyPasses(world: World, vehicle: Vehicle, day: number): Pass[] {
  if (vehicle.companion === null) return []
  const rng = random(world.seed, 'company', vehicle.index, day)
  if (!rng.chance(0.25)) return []
  const lead = ownPasses(world, world.fleet[vehicle.companion]!, day)
  const gap = rng.whole(3_000, 20_000)
  return lead.map((pass) => ({ ...pass, vehicle, at: pass.at + gap })).filter(({ at }) => dayOf(at) === day)
}

/** One way past some cameras, minutes apart; what would fall into another day is not driven. */
function way(
  vehicle: Vehicle,
  day: number,
  leavesAt: number,
  cameras: readonly PlacedCamera[],
  rng: Random,
): Pass[] {
  let at = startOfDay(day) + Math.round(leavesAt * HOUR)
  const passes: Pass[] = []
  for (const camera of cameras) {
    at += Math.round(rng.between(2, 7) * MINUTE)
    if (dayOf(at) === day) passes.push({ vehicle, place: camera, at })
  }
  return passes
}
