import type { Read } from '../../schemas/read.ts'
import type { Restrictions } from '../../schemas/restrictions.ts'
import { isWithin } from './area.ts'
import { timesTest } from './times.ts'

/** Whether a read is one that a display is about. */
export type Test = (read: Read) => boolean

/**
 * A display's restrictions as one test; cheap ones come first. What a read does not know does not hold.
 * @throws RangeError for a time zone that is not known (checkDisplay refuses it before)
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
  for (const [property, wanted] of [
    ['make', only.makes],
    ['model', only.models],
    ['colour', only.colours],
  ] as const) {
    if (!wanted) continue
    const words = new Set(wanted.map((word) => word.toLowerCase()))
    tests.push((read) => words.has(read.vehicle?.[property]?.toLowerCase() ?? ''))
  }
  if (area) tests.push((read) => read.position !== null && isWithin(area, read.position))
  if (times) {
    const during = timesTest(times)
    tests.push((read) => during(Date.parse(read.seenAt)))
  }
  return (read) => tests.every((test) => test(read))
}
