import { isWithin } from '@sightline/geometry/area'
import type { VehicleFact } from '@sightline/schemas/alert'
import type { Read } from '@sightline/schemas/read'
import type { Restrictions } from '@sightline/schemas/restrictions'
import { basicColor, kindsMeant } from '@sightline/schemas/vehicle-words'
import { timesTest } from './times.ts'

/** Whether a read meets a restriction. @param storedAt when the broker stored it, milliseconds */
export type Test = (read: Read, storedAt: number) => boolean

/** Required facts that the camera did not recognize; null: it is a different vehicle. */
export type VehicleTest = (read: Read) => readonly VehicleFact[] | null

/**
 * A display's restrictions as one test, except those of the vehicle; cheap ones first. A read without a position does
 * not meet a restriction to an area.
 * @throws RangeError for an unknown time zone (checkDisplay refuses it before)
 */
export function testOf(only: Restrictions): Test {
  const tests: Test[] = []
  const { minConfidence, cameras, ownerTypes, area, times } = only
  if (minConfidence !== undefined) tests.push((read) => read.confidence >= minConfidence)
  if (cameras) {
    const ids = new Set(cameras)
    tests.push((read) => ids.has(read.camera.id))
  }
  if (ownerTypes) tests.push((read) => ownerTypes.includes(read.camera.ownerType))
  if (area) tests.push((read) => read.position !== null && isWithin(area, read.position))
  if (times) {
    const during = timesTest(times)
    // By either clock: the camera's may be hours off, and an agent that was cut off sends reads hours later.
    tests.push((read, storedAt) => during(Date.parse(read.seenAt)) || during(storedAt))
  }
  return (read, storedAt) => tests.every((test) => test(read, storedAt))
}

/**
 * What a display requires of the vehicle; null: nothing. A fact that the edge agent recognized in a picture may be
 * wrong, and has a confidence: if it differs, it counts as not checked, so that a guess hides no hit. Colors are
 * compared by their basic names; who asks for a truck may mean a pickup.
 */
export function vehicleTestOf({ makes, models, colors, kinds }: Restrictions): VehicleTest | null {
  const facts = { make: makes, model: models, color: colors, kind: kinds?.flatMap(kindsMeant) }
  const wanted = Object.entries(facts).flatMap(([fact, words]) =>
    words ? [{ fact: fact as VehicleFact, words: new Set(words.map((word) => plainWord(fact, word))) }] : [],
  )
  if (wanted.length === 0) return null
  return ({ vehicle }) => {
    const unchecked: VehicleFact[] = []
    for (const { fact, words } of wanted) {
      const seen = vehicle?.[fact]
      if (seen && words.has(plainWord(fact, seen))) continue
      const isGuess = (fact === 'color' || fact === 'kind') && vehicle?.certainty?.[fact] != null
      if (seen && !isGuess) return null
      unchecked.push(fact)
    }
    return unchecked
  }
}

const plainWord = (fact: string, word: string): string =>
  fact === 'color' ? basicColor(word) : word.trim().toLowerCase()
