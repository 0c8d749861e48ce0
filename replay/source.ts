import type { Clock } from '@sightline/runtime/clock'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { readParser } from '@sightline/schemas/read'
import { several } from '@sightline/schemas/several'
import { type Line, lineOf } from './line.ts'
import { isNote } from './nameless.ts'
import { recordedLines } from './recording.ts'
import { MOST_PLANTED, plantedPlate, plantedPlateOf, synthesise, withPlanted } from './traffic.ts'

/** Called for a line that is not a read and is left out. @param place `file:line` */
export type OnRefused = (place: string, error: SightlineError) => void

/** A stream of reads that can be played. */
export interface Source {
  /** Number of reads, including planted hits; null if unknown. */
  readonly length: number | null
  /** Plates of the planted hits in it. */
  readonly planted: readonly string[]
  lines(onRefused: OnRefused): AsyncIterable<Line>
}

/** Plates of `count` planted hits, in their order. */
export const plantedPlates = (count: number) => Array.from({ length: count }, (_, n) => plantedPlate(n))

/**
 * Made-up reads.
 * @param count reads, including planted hits
 * @param perSecond reads per second
 * @throws USAGE when there are too many planted hits
 */
export function madeUpSource(count: number, planted: number, perSecond: number, clock: Clock): Source {
  checkPlanted(planted, count - 1)
  const traffic = count - planted
  return {
    length: count,
    planted: plantedPlates(planted),
    lines: () => withPlanted(synthesise(traffic, perSecond, clock()), traffic, planted),
  }
}

/**
 * A recording.
 * @param planted hits to insert
 * @param look also find existing planted hits: the file is read twice
 * @throws USAGE, and what `recordedLines` throws
 */
export async function fileSource(path: string, planted: number, look: boolean): Promise<Source> {
  if (planted === 0 && !look) {
    return { length: null, planted: [], lines: (onRefused) => linesOf(path, onRefused) }
  }
  const found = await survey(path)
  if (planted === 0) return { ...found, lines: (onRefused) => linesOf(path, onRefused) }
  if (found.planted.length > 0) {
    throw new SightlineError('USAGE', `${path} already contains planted hits`, {
      hint: 'Leave out --planted: the existing ones count.',
    })
  }
  checkPlanted(planted, MOST_PLANTED)
  return {
    length: found.length + planted,
    planted: plantedPlates(planted),
    lines: (onRefused) => withPlanted(linesOf(path, onRefused), found.length, planted),
  }
}

function checkPlanted(planted: number, most: number): void {
  if (planted <= Math.min(most, MOST_PLANTED)) return
  throw new SightlineError(
    'USAGE',
    `cannot plant ${several(planted, 'hit')}: at most ${Math.min(most, MOST_PLANTED)}`,
    {
      hint: 'Ask for fewer with --planted.',
    },
  )
}

async function* linesOf(path: string, onRefused: OnRefused): AsyncGenerator<Line, void> {
  let number = 0
  for await (const text of recordedLines(path)) {
    number++
    if (text.trim() === '' || (number === 1 && isNote(text))) continue
    let line: Line
    try {
      line = lineOf(readParser.parseJson(text), text)
    } catch (thrown) {
      onRefused(`${path}:${number}`, toSightlineError(thrown))
      continue
    }
    yield line
  }
}

/** Counts the lines of a recording and finds its planted hits; parses only lines that may contain one. */
async function survey(path: string): Promise<{ length: number; planted: string[] }> {
  const planted: string[] = []
  let length = 0
  for await (const text of recordedLines(path)) {
    if (text.trim() === '' || isNote(text)) continue
    length++
    if (!text.includes('planted')) continue
    try {
      const plate = plantedPlateOf(readParser.parseJson(text))
      if (plate !== null) planted.push(plate)
    } catch {
      // Reported when it is played.
    }
  }
  return { length, planted }
}
