import { bench } from '@sightline/bench/passes'
import { type LabeledFrame, linkBoxes, sequencesOf, widest } from '@sightline/bench/passes/appearances'
import { appearanceFigures, findMissed, judge, passFigures } from '@sightline/bench/passes/scoring'
import type { Pass } from '@sightline/edge-agent/tracking/tracker'
import type { Box } from '@sightline/recognition/geometry'
import { describe, expect, it, vi } from 'vitest'

/** Plates by their center and width. */
const plate = (x: number, y: number, width: number): Box => [x - width / 2, y - width / 8, width, width / 4]
const frame = (second: number, ...boxes: Box[]): LabeledFrame => ({ drive: 'a', second, boxes })

describe('sequences', () => {
  it('continue over one missing second, and end at two, or with the drive', () => {
    const frames = [frame(8), frame(1), frame(3), { ...frame(4), drive: 'b' }, frame(6)]
    const found = sequencesOf(frames).map((sequence) => sequence.map(({ drive, second }) => drive + second))
    expect(found).toEqual([['a1', 'a3'], ['a6', 'a8'], ['b4']])
  })
})

describe('appearances', () => {
  it('are of one vehicle while the plate moves little and grows slowly', () => {
    const [right, left, ...others] = linkBoxes([
      frame(1, plate(600, 400, 60), plate(900, 400, 70)),
      frame(2, plate(960, 420, 100), plate(610, 405, 75)),
      frame(3, plate(605, 405, 70)),
    ])
    expect(others).toEqual([])
    expect(right!.places.map(({ box }) => box[2])).toEqual([60, 75, 70])
    expect(left!.places.map(({ box }) => box[2])).toEqual([70, 100])
    expect([right!.clear, left!.clear]).toEqual([true, true])
    expect(widest(right!)).toEqual({ second: 2, box: plate(610, 405, 75) })
  })

  it('continue where a frame has no label, but not for sure', () => {
    const [first, last] = [frame(1, plate(600, 400, 60)), frame(3, plate(620, 400, 60))]
    expect(linkBoxes([first, frame(2), last])).toMatchObject([{ clear: false }])
    expect(linkBoxes([first, frame(2), frame(3), { ...last, second: 4 }])).toHaveLength(2)
  })

  it('are two where a plate jumps too far or is suddenly more than twice as large, unless it may be the same', () => {
    const start = frame(1, plate(600, 400, 60))
    const two = [{ clear: false }, { clear: false }]
    expect(linkBoxes([start, frame(2, plate(760, 400, 60))])).toMatchObject(two)
    expect(linkBoxes([start, frame(2, plate(600, 400, 130))])).toMatchObject(two)
    expect(linkBoxes([start, frame(2, plate(700, 400, 60))])).toMatchObject([{ clear: false }])
    expect(linkBoxes([frame(1, plate(600, 400, 60), plate(760, 400, 60))])).toMatchObject([
      { clear: true },
      { clear: true },
    ])
  })

  it('take the nearer of two boxes, and are doubtful when the other would have fit too', () => {
    const found = linkBoxes([
      frame(1, plate(600, 400, 80)),
      frame(2, plate(700, 400, 80), plate(620, 400, 80)),
    ])
    expect(found.map(({ places }) => places.length)).toEqual([2, 1])
    expect(found[0]!.clear).toBe(false)
  })
})

describe('figures', () => {
  const near = plate(600, 400, 100)
  const far = plate(200, 300, 40)
  const appearances = linkBoxes([
    frame(1, near, far, plate(1000, 500, 90)),
    frame(2, plate(610, 400, 100)),
    frame(4, plate(1000, 100, 90)),
  ])
  const pass = (second: number, box: Box) =>
    ({ best: { seenAt: second * 1000, finding: { box } } }) as unknown as Pass

  it('count the passes of wide plates, and as false only those without a label', () => {
    const judged = judge(appearances, [pass(1, near), pass(2, near), pass(1, far), pass(2, far)])
    expect(appearanceFigures([judged], () => true)).toEqual({
      appearances: [3, 'appearances'],
      recall: [1 / 3, 'share'],
      exactly_one: [0, 'share'],
      doubles: [1, 'passes'],
    })
    expect(appearanceFigures([judged], ({ places }) => places.length > 1)).toMatchObject({
      appearances: [1, 'appearances'],
      recall: [1, 'share'],
    })
    // The far plate is not there in second 2.
    expect(passFigures([judged])).toEqual({ passes: [4, 'passes'], precision: [0.75, 'share'] })
    expect(findMissed(judged).map((appearance) => widest(appearance).second)).toEqual([1, 4])
  })

  it('are 0 when there is nothing to count', () => {
    expect(appearanceFigures([], () => true)).toMatchObject({ recall: [0, 'share'] })
    expect(passFigures([])).toMatchObject({ precision: [0, 'share'] })
  })
})

it('bench passes is skipped with a message when the photographs are missing', async () => {
  vi.stubEnv('SIGHTLINE_DATA_SETS', '/nonexistent')
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const report = vi.fn()
  try {
    await bench.run({}, report)
    expect(said).toHaveBeenCalledWith(expect.stringContaining('skipped'))
  } finally {
    said.mockRestore()
    vi.unstubAllEnvs()
  }
  expect(report).not.toHaveBeenCalled()
})
