import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createDisplayIndex } from '@sightline/matching'
import { FOLDED, highWord, lowWord } from '@sightline/matching/plate-key'
import { loadConfusionTable, loadRecognizerFacts } from '@sightline/matching/recognizer-facts'
import { createDisplayStore } from '@sightline/matching/store'
import type { Read } from '@sightline/schemas/read'
import { distance } from 'fastest-levenshtein'
import { SymSpell } from 'mnemonist'
import type { Report } from '../benchmark.ts'
import { percentile } from '../scoring.ts'
import { benchDisplay, benchPattern } from './displays.ts'
import { misreadTraffic, NOON, plates } from './traffic.ts'

const UNIT = 'reads/s of one core'
const READS = 65_536
const PATTERNS = 1000
/** The package keeps a set for each deletion: a million displays would not fit into the heap. */
const SYMSPELL_DISPLAYS = 100_000

/** Bytes per display of one plate, with everything that the index keeps: heap and arrays after garbage collection. */
export async function reportMemory(displays: number, report: Report): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = async () => {
    // Twice, and in a later task: a register or a finalizer may still hold what was just released.
    for (let i = 0; i < 2; i++) {
      await setImmediate()
      collect()
    }
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const some = plates('displays', displays)
  const before = await used()
  const index = createDisplayIndex()
  for (const [n, plate] of some.entries()) index.set(benchDisplay(plate, n))
  const after = await used()
  // Measured only now: plates that are collected between the two would count against the index.
  const value = (after - before) / some.length
  report({ metric: 'bytes_per_display', value, unit: 'bytes', displays, arrays: index.bytes / index.size })
}

interface Lengths {
  displays: number
  seconds: number
  rounds: number
}

export async function reportSpeed({ displays, seconds, rounds }: Lengths, report: Report): Promise<void> {
  const facts = await loadRecognizerFacts()
  const some = plates('displays', displays)
  const now = Date.parse(NOON)
  const reads = misreadTraffic('reads', plates('vehicles', READS), await loadConfusionTable()).map(
    ({ read }) => read,
  )
  const glance = glancer(reads)
  const texts = freshTexts(reads.map(({ plate }) => plate))
  const keys = Int32Array.from(texts.flatMap((plate) => [lowWord(plate, FOLDED), highWord(plate, FOLDED)]))

  const map = new Map(some.map((plate, n) => [plate, n]))
  const exact = createDisplayIndex({ ...facts, edits: false })
  const fuzzy = createDisplayIndex(facts)
  const store = createDisplayStore()
  some.forEach((plate, n) => {
    const display = benchDisplay(plate, n)
    for (const one of [exact, fuzzy, store]) one.set(display)
  })
  for (const [n, plate] of some.slice(0, PATTERNS).entries()) {
    fuzzy.set(benchDisplay(benchPattern(plate, n), displays + n))
  }
  const words = new SymSpell({ maxDistance: 1, verbosity: 2 })
  for (const plate of some.slice(0, SYMSPELL_DISPLAYS)) words.add(plate)
  const slots: number[] = []

  const paths: Record<string, (n: number) => number> = {
    map: (n) => (map.get(texts[n]!) === undefined ? 0 : 1),
    exact: (n) => exact.match(glance(texts[n]!, n), now).length,
    exact_packed: (n) => {
      slots.length = 0
      store.find(keys[2 * n]!, keys[2 * n + 1]!, slots)
      return slots.length
    },
    fuzzy: (n) => fuzzy.match(glance(texts[n]!, n), now).length,
    symspell: (n) => words.search(texts[n]!).length,
    scan: (n) => {
      let found = 0
      for (const other of some) if (distance(texts[n]!, other) <= 1) found++
      return found
    },
  }
  const rates = new Map(Object.keys(paths).map((name) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, path] of Object.entries(paths)) rates.get(name)!.push(rate(path, seconds))
  }
  const median = (name: string) => Math.round(percentile(rates.get(name)!, 0.5))
  const beside = (metric: string, yardstick: string, against: string, more: object = {}) => {
    const [value, yardstickValue] = [median(metric), median(against)]
    const ratio = value / yardstickValue
    report({ metric, value, unit: UNIT, yardstick, yardstickValue, ratio, displays, rounds, ...more })
  }
  beside('exact', 'Map<string>, exact only', 'map')
  beside('exact_packed', 'Map<string>, exact only', 'map')
  beside('fuzzy', 'scan by fastest-levenshtein', 'scan', { patterns: PATTERNS })
  const fewer = { patterns: PATTERNS, yardstickDisplays: SYMSPELL_DISPLAYS }
  beside('fuzzy', 'mnemonist SymSpell, one edit', 'symspell', fewer)
}

/** The same texts as separate strings, adjacent in memory, as if just extracted from messages. */
function freshTexts(texts: readonly string[]): string[] {
  const bytes = Buffer.from(texts.join(''), 'latin1')
  let at = 0
  return texts.map(({ length }) => {
    at += length
    return bytes.toString('latin1', at - length, at)
  })
}

/**
 * Reads in the service's form (matcher/glance.ts): one object with plate and confidence available, the rest only on demand.
 */
function glancer(reads: readonly Read[]): (plate: string, n: number) => Read {
  const confidences = Float64Array.from(reads, ({ confidence }) => confidence)
  let at = 0
  const late = {}
  for (const name of Object.keys(reads[0]!) as (keyof Read)[]) {
    if (name !== 'plate' && name !== 'confidence')
      Object.defineProperty(late, name, { get: () => reads[at]![name] })
  }
  const read: Read = Object.assign(Object.create(late), { plate: '', confidence: 0 })
  return (plate, n) => {
    at = n
    read.plate = plate
    read.confidence = confidences[n]!
    return read
  }
}

/** Reads a second of CPU time, which other work on the machine does not change. */
function rate(path: (n: number) => number, seconds: number): number {
  const ends = performance.now() + seconds * 1000
  const cpu = process.cpuUsage()
  let done = 0
  // In steps, so that the clock is rarely read; slow work takes steps of one.
  for (let step = 1; performance.now() < ends; ) {
    const begun = performance.now()
    for (let i = 0; i < step; i++) path((done + i) % READS)
    done += step
    if (performance.now() - begun < 20) step *= 2
  }
  const { user, system } = process.cpuUsage(cpu)
  return done / ((user + system) / 1e6)
}
