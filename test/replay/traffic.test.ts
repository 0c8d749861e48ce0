import { createDisplayIndex } from '@sightline/matching'
import { CLASSES } from '@sightline/matching/plate-key'
import { type Line, lineOf } from '@sightline/replay/line'
import {
  MOST_PLANTED,
  plantedPlate,
  plantedPlateOf,
  synthesise,
  trafficPlate,
  withPlanted,
} from '@sightline/replay/traffic'
import { normalizePlate } from '@sightline/schemas/plate'
import { readParser } from '@sightline/schemas/read'
import fc from 'fast-check'
import { distance } from 'fastest-levenshtein'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'

const AT = Date.parse('2026-11-24T12:00:00.000Z')
/** A plate with all look-alikes written the same. */
const folded = (plate: string) =>
  Array.from(plate, (char) => CLASSES.find((members) => members.includes(char))?.[0] ?? char).join('')
const number = fc.nat(MOST_PLANTED - 1)

async function linesOf(lines: AsyncIterable<Line> | Iterable<Line>): Promise<Line[]> {
  const all: Line[] = []
  for await (const line of lines) all.push(line)
  return all
}

test('planted plates differ by more than an edit and any look-alikes from each other and from all traffic', () => {
  fc.assert(
    fc.property(number, number, fc.nat(2 ** 40), (one, other, n) => {
      const plate = folded(plantedPlate(one))
      if (one !== other) expect(distance(plate, folded(plantedPlate(other)))).toBeGreaterThan(1)
      expect(distance(plate, folded(trafficPlate(n)))).toBeGreaterThan(2)
    }),
    { numRuns: 1000 },
  )
})

test('plates are valid and distinct', () => {
  const planted = Array.from({ length: MOST_PLANTED }, (_, n) => plantedPlate(n))
  expect(new Set(planted).size).toBe(MOST_PLANTED)
  const traffic = Array.from({ length: 100_000 }, (_, n) => trafficPlate(n))
  expect(new Set(traffic).size).toBe(traffic.length)
  for (const plate of [...planted.slice(0, 1000), ...traffic.slice(0, 1000)]) {
    expect(normalizePlate(plate)).toBe(plate)
  }
})

test('made-up reads are valid, in order, at their rate, and consistent with their line', async () => {
  const lines = await linesOf(withPlanted(synthesise(500, 200, AT), 500, 7))
  expect(lines).toHaveLength(507)
  for (const line of lines) {
    const read = readParser.parseJson(line.text)
    expect(line).toEqual(lineOf(read, line.text))
    expect(line.planted).toBe(plantedPlateOf(read))
  }
  expect(new Set(lines.map(({ id }) => id)).size).toBe(507)
  expect(lines[0]!.seenAt).toBe('2026-11-24T12:00:00.000Z')
  expect(lines.at(-1)!.seenAt).toBe('2026-11-24T12:00:02.495Z')
})

test('planted hits are evenly spaced, complete, the last at the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.nat(400),
      fc.nat(20),
      async (length, planted, less) => {
        const there = Math.max(1, length - less)
        const lines = await linesOf(withPlanted(synthesise(there, 100, AT), length, planted))
        const plates = lines.flatMap(({ planted: plate }) => plate ?? [])
        expect(plates).toEqual(Array.from({ length: planted }, (_, n) => plantedPlate(n)))
        if (planted > 0) expect(lines.at(-1)!.planted).not.toBeNull()
        if (there < length) return
        const gaps: number[] = []
        let since = 0
        for (const { planted: plate } of lines) {
          if (plate === null) since++
          else {
            gaps.push(since)
            since = 0
          }
        }
        expect(Math.max(0, ...gaps) - Math.min(length, ...gaps)).toBeLessThanOrEqual(1)
      },
    ),
  )
})

test('an empty stream has no place for planted hits', async () => {
  expect(await linesOf(withPlanted([], 10, 3))).toEqual([])
})

test('the index matches each planted hit with its own display and nothing else', async () => {
  const index = createDisplayIndex()
  const createdAt = '1970-01-01T00:00:00.000Z'
  for (let n = 0; n < 2000; n++) index.set(aDisplay({ id: `d${n}`, plate: plantedPlate(n), createdAt }))
  for (const { text, planted } of await linesOf(withPlanted(synthesise(20_000, 100, AT), 20_000, 2000))) {
    const found = index.match(readParser.parseJson(text), AT).map(({ plate, kind }) => ({ plate, kind }))
    expect(found).toEqual(planted === null ? [] : [{ plate: planted, kind: 'exact' }])
  }
})
