import { isWithin } from '@sightline/geometry/area'
import type { Read } from '@sightline/schemas/read'
import type { Restrictions } from '@sightline/schemas/restrictions'
import { timesTest } from './times.ts'

/** Whether a read meets a restriction. @param storedAt when the broker stored it, milliseconds */
export type Test = (read: Read, storedAt: number) => boolean

/**
 * A display's restrictions as one test, except those of the vehicle (facts.ts); cheap ones first. A read without a position does
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
