import { quadOfBox } from '@sightline/recognition/geometry'
import type { Columns } from '@sightline/recognition/sightline/ctc'
import { cellsOf, isCut } from '@sightline/recognition/sightline/cut'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const alphabet = '-AB'
const PER_LINE = 40

/** Two lines of columns, blank but for characters two columns wide with their middles at `centers`. */
function columns(centers: readonly number[]): Columns {
  const steps = 2 * PER_LINE
  const data = new Float64Array(steps * alphabet.length)
  for (let step = 0; step < steps; step++) data[step * alphabet.length] = 1
  centers.forEach((center, i) => {
    for (const step of [Math.floor(center), Math.ceil(center)]) {
      data[step * alphabet.length] = 0
      data[step * alphabet.length + 1 + (i % 2)] = 1
    }
  })
  return { data, steps, alphabet }
}

const evenly = (count: number, pitch: number, from = 2) =>
  Array.from({ length: count }, (_, i) => from + i * pitch)

describe('cellsOf', () => {
  it('is the room for characters across the plate, however many there are and wherever they begin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 7 }),
        fc.constantFrom(4, 5),
        fc.integer({ min: 0, max: 3 }),
        (count, pitch, from) => {
          expect(cellsOf(columns(evenly(count, pitch, from)), 2)).toBeCloseTo(PER_LINE / pitch, 6)
        },
      ),
    )
  })

  it('cannot tell for two lines, or for two characters', () => {
    expect(cellsOf(columns([2, 10, 45, 55]), 2)).toBeNull()
    expect(cellsOf(columns([2, 10]), 2)).toBeNull()
    expect(cellsOf(columns([]), 2)).toBeNull()
  })
})

describe('isCut', () => {
  const whole = columns(evenly(7, 5))
  const hidden = columns(evenly(4, 9))
  it('is true for a narrow plate with few characters of the usual size', () => {
    expect(isCut(hidden, 2, quadOfBox([0, 0, 124, 100]))).toBe(true)
  })
  it('is false for a vanity plate, a plate seen from the side, and one with two lines', () => {
    expect(isCut(hidden, 2, quadOfBox([0, 0, 200, 100]))).toBe(false)
    expect(isCut(whole, 2, quadOfBox([0, 0, 124, 100]))).toBe(false)
    expect(isCut(columns([2, 10, 45, 55]), 2, quadOfBox([0, 0, 124, 100]))).toBe(false)
  })
  it('accepts a quad without any extent', () => {
    expect(isCut(hidden, 2, quadOfBox([5, 5, 0, 0]))).toBe(false)
  })
})
