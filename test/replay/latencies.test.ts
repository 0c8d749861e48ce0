import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLatencies, drawLatencies, writeHdr } from '@sightline/replay/latencies'
import fc from 'fast-check'
import hdr from 'hdr-histogram-js'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'

const durations = fc.array(fc.double({ min: 0.001, max: 120_000, noNaN: true }), { minLength: 1 })
const latenciesOf = (milliseconds: readonly number[]) => {
  const latencies = createLatencies()
  for (const one of milliseconds) latencies.record(one)
  return latencies
}

test('percentiles are those of the sorted values, to three digits or a microsecond', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const { count, p50, p99, max } = latenciesOf(values).summary()
      const sorted = values.toSorted((a, b) => a - b)
      const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
      expect(count).toBe(values.length)
      for (const [found, true_] of [
        [p50, at(0.5)],
        [p99, at(0.99)],
        [max, sorted.at(-1)!],
      ] as const) {
        expect(Math.abs(found! - true_)).toBeLessThanOrEqual(0.002 + true_ / 500)
      }
    }),
  )
})

test('every value is in exactly one bucket, the right one', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const { buckets } = latenciesOf(values).summary()
      expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
      for (const { from, to, count } of buckets) {
        expect(values.filter((value) => value >= from && value < (to ?? Infinity))).toHaveLength(count)
      }
    }),
  )
})

test('an empty measurement is reported as such, not as zero', () => {
  const summary = createLatencies().summary()
  expect(summary).toMatchObject({ count: 0, p50: null, p99: null, max: null, buckets: [] })
  expect(drawLatencies(summary).join()).toContain('no latency was measured')
})

test('the drawing shows percentiles and a bar for each bucket', () => {
  const lines = drawLatencies(latenciesOf([1.2, 1.3, 1.4, 7, 70_000]).summary())
  expect(lines[1]).toMatch(/p50 1\.4 .*max 70000/)
  expect(lines.slice(2)).toEqual([
    `${'1 – 2'.padStart(16)}  ${'█'.repeat(40)} 3`,
    `${'5 – 10'.padStart(16)}  ${'█'.repeat(13)} 1`,
    `${'over 60000'.padStart(16)}  ${'█'.repeat(13)} 1`,
  ])
})

test('the file is a histogram log that other programs understand', async () => {
  const { path, remove } = await temporaryFolder()
  const file = join(path, 'latency.hlog')
  const [begun, ended] = [new Date('2026-11-24T03:00:00Z'), new Date('2026-11-24T03:01:00Z')]
  await writeHdr(file, latenciesOf([1, 2, 3, 400]), begun, ended)
  const reader = new hdr.HistogramLogReader(await readFile(file, 'utf8'))
  const histogram = reader.nextIntervalHistogram()!
  expect(histogram).toMatchObject({ totalCount: 4, startTimeStampMsec: begun.getTime() })
  expect(histogram.getValueAtPercentile(50)).toBe(2000)
  expect(Math.abs(histogram.maxValue - 400_000)).toBeLessThan(400)
  await expect(writeHdr(join(path, 'no/such.hlog'), createLatencies(), begun, ended)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
  await remove()
})
