import { center, quadHeight, quadSlope, quadWidth } from '@sightline/recognition/geometry'
import { textAreas } from '@sightline/recognition/ppocr/text-areas'
import { describe, expect, it } from 'vitest'

const [WIDTH, HEIGHT] = [200, 120]

/** A map with bars of text: middle, size, angle, probability. */
function mapWith(...bars: [x: number, y: number, w: number, h: number, angle: number, p: number][]) {
  const map = new Float32Array(WIDTH * HEIGHT)
  for (const [x, y, w, h, angle, p] of bars) {
    for (let i = 0; i < map.length; i++) {
      const [dx, dy] = [(i % WIDTH) + 0.5 - x, Math.floor(i / WIDTH) + 0.5 - y]
      const u = dx * Math.cos(angle) + dy * Math.sin(angle)
      const v = dy * Math.cos(angle) - dx * Math.sin(angle)
      if (Math.abs(u) < w / 2 && Math.abs(v) < h / 2) map[i] = p
    }
  }
  return map
}

describe('textAreas', () => {
  it('finds a turned line and grows it back to the edges of the text', () => {
    const [area, ...others] = textAreas(mapWith([100, 60, 80, 10, 0.3, 0.9]), WIDTH, HEIGHT)
    expect(others).toEqual([])
    const [x, y] = center(area!)
    expect(Math.hypot(x - 100, y - 60)).toBeLessThan(1.5)
    expect(Math.abs(quadSlope(area!) - 0.3)).toBeLessThan(0.04)
    const margin = (80 * 10 * 1.5) / (2 * 90)
    expect(Math.abs(quadWidth(area!) - 80 - 2 * margin)).toBeLessThan(4)
    expect(Math.abs(quadHeight(area!) - 10 - 2 * margin)).toBeLessThan(4)
  })

  it('separates lines that do not touch', () => {
    const map = mapWith([60, 30, 80, 8, 0, 0.8], [60, 60, 80, 8, 0, 0.8])
    expect(textAreas(map, WIDTH, HEIGHT)).toHaveLength(2)
  })

  it.each([
    ['faint', mapWith([100, 60, 80, 10, 0, 0.25])],
    ['unsure', mapWith([100, 60, 80, 10, 0, 0.4])],
    ['thin', mapWith([100, 60, 80, 2, 0, 0.9])],
    ['empty', mapWith()],
  ])('leaves out what is %s', (_what, map) => {
    expect(textAreas(map, WIDTH, HEIGHT)).toEqual([])
  })

  it('accepts text that fills the map', () => {
    expect(textAreas(new Float32Array(WIDTH * HEIGHT).fill(1), WIDTH, HEIGHT)).toHaveLength(1)
  })
})
