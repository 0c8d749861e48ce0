import { type LearnedReads, learnReads } from '@sightline/edge-agent/health/usual-reads'
import { type Random, random } from '@sightline/vendor-sim/world/random'
import { describe, expect, test } from 'vitest'

/**
 * A year at places where the usual is not the same each day: weekends, school holidays, a season, storms, nights. The camera is
 * well; then it reads nothing any more. All of it is simulated, hour by hour.
 */

const HOUR_MS = 3_600_000
const LONG_MS = 600_000

/** How many come in an hour, by the hour, the day of the week (0: Monday) and the day of the year. */
type Rate = (hour: number, weekday: number, day: number) => number

const isBetween = (value: number, from: number, to: number) => value >= from && value < to
const isHoliday = (day: number) =>
  [
    [0, 6],
    [45, 52],
    [95, 108],
    [180, 225],
    [290, 300],
    [355, 365],
  ].some(([from, to]) => isBetween(day, from!, to!))

const PLACES: Record<string, { cars: Rate; people: Rate }> = {
  'a school, whose yard is played in when nobody drives': {
    cars: (hour, weekday, day) => {
      if (weekday > 4 || isHoliday(day)) return isBetween(hour, 8, 20) ? 0.15 : 0
      if (isBetween(hour, 7, 9) || isBetween(hour, 14, 17)) return 60
      return isBetween(hour, 9, 14) ? 6 : 0.5
    },
    people: (hour, weekday, day) => {
      if (weekday > 4 || isHoliday(day)) return isBetween(hour, 10, 20) ? 15 : 0.5
      return isBetween(hour, 7, 17) ? 20 : 0.5
    },
  },
  'a lane with more people than cars': {
    cars: (hour) => (isBetween(hour, 6, 22) ? 1.5 : 0.1),
    people: (hour, weekday) => (isBetween(hour, 7, 21) ? (weekday > 4 ? 20 : 10) : 0.2),
  },
  'a marina with a season': {
    cars: (hour, weekday, day) =>
      isBetween(hour, 7, 20) ? (isBetween(day, 120, 270) ? (weekday > 4 ? 20 : 5) : 0.4) : 0,
    people: (hour, _weekday, day) => (isBetween(hour, 7, 20) ? (isBetween(day, 120, 270) ? 30 : 2) : 0),
  },
}

const lightOf = (hour: number, day: number) => {
  const half = (12 + 3 * Math.cos(((day - 172) / 365) * 2 * Math.PI)) / 2
  const fromNoon = Math.abs(hour - 12.5)
  return fromNoon < half - 0.5 ? 3 : fromNoon < half + 0.5 ? 2 : 1
}

/** How many come where so many come on the average (Knuth). */
function poisson(mean: number, rng: Random): number {
  let count = -1
  for (let product = 1; product > Math.exp(-mean); product *= rng.next()) count++
  return count
}

interface Course {
  days: number
  seed?: string
  /** From this hour on no plate is read: `unread` ones are found, `unseen` ones are not. */
  blind?: { fromHour: number; how: 'unread' | 'unseen' }
  /** The agent starts again so often, hours. */
  restartEvery?: number
}

/** @returns how often it was reported blind while it was not, and how many hours after it was */
function run(
  { cars, people }: { cars: Rate; people: Rate },
  { days, seed = '', blind, restartEvery = 0 }: Course,
) {
  const rng = random('year', seed)
  let reads = learnReads(LONG_MS)
  let isTold = false
  let alarms = 0
  let movedAt = 0
  let hour = 0
  let toldAfter = Number.POSITIVE_INFINITY
  const look = () => {
    const isMissing = reads.missing() !== null
    const isBlind = blind !== undefined && hour >= blind.fromHour
    if (isMissing && !isTold && !isBlind) alarms++
    if (isMissing && isBlind) toldAfter = Math.min(toldAfter, hour - blind.fromHour)
    isTold = isMissing
  }
  const move = (from: number, forMs: number, light: number) => {
    for (let at = from; at < from + forMs; at += 1000) {
      reads.moved(Math.max(0, at - movedAt), light)
      movedAt = at
    }
  }
  for (; hour < days * 24; hour++) {
    const [day, ofDay] = [Math.floor(hour / 24), hour % 24]
    if (restartEvery > 0 && hour % restartEvery === 0)
      reads = learnReads(LONG_MS, JSON.parse(JSON.stringify(reads.learned())) as LearnedReads)
    const light = lightOf(ofDay, day)
    const isStorm = random('storm', seed, day).chance(0.06)
    const count = (mean: number) => poisson(mean, rng)
    const comers = [
      ...Array.from({ length: count(cars(ofDay, day % 7, day)) }, () => 'car' as const),
      ...Array.from({ length: count(people(ofDay, day % 7, day)) }, () => 'person' as const),
      ...Array.from({ length: isStorm ? count(30) : 0 }, () => 'tree' as const),
    ].map((what) => ({ what, at: hour * HOUR_MS + rng.next() * HOUR_MS }))
    for (const { what, at } of comers.sort((a, b) => a.at - b.at)) {
      move(at, { car: 5_000, person: 8_000, tree: 15_000 }[what], light)
      look()
      if (what !== 'car') continue
      const isBlind = blind !== undefined && hour >= blind.fromHour
      if (!isBlind && rng.chance(0.97)) reads.passed(true, light)
      else if (!isBlind || blind.how === 'unread') reads.passed(false, light)
      look()
    }
  }
  return { alarms, toldAfter }
}

describe.each(Object.keys(PLACES))('%s', (name) => {
  const place = PLACES[name]!

  test('is reported blind a few times a year at most, while it is well', () => {
    expect(run(place, { days: 365 }).alarms).toBeLessThanOrEqual(20)
  })

  test.each([0, 24, 1])(
    'is reported once it is blind, by its plates within a day and by movement alone within a week, also if the agent restarts every %i hours',
    (restartEvery) => {
      for (const at of [151, 241]) {
        const course = { days: at + 21, seed: String(at), restartEvery }
        const unread = run(place, { ...course, blind: { fromHour: at * 24 + 9, how: 'unread' } })
        const unseen = run(place, { ...course, blind: { fromHour: at * 24 + 9, how: 'unseen' } })
        expect(unread.toldAfter).toBeLessThanOrEqual(24)
        expect(unseen.toldAfter).toBeLessThanOrEqual(7 * 24)
      }
    },
  )
})
