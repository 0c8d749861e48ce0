import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Figure } from '@sightline/bench/benchmark'
import { bench } from '@sightline/bench/clips'
import { clipFigures } from '@sightline/bench/clips/scoring'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'
import { renderPasses, writePassVideo } from '../support/passes.ts'
import { hasFfmpeg } from '../support/rtsp.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('the figures of clips', () => {
  it('count each labeled plate once, and every other text', () => {
    const clips = [
      { labels: ['AB12', 'CD34'], reads: ['AB12', 'CD34', 'CD34', 'CD3'] },
      { labels: ['EF56'], reads: ['AB12'] },
    ]
    expect(clipFigures(clips)).toEqual({
      exactly_once: [1, 'plates'],
      doubled: [1, 'plates'],
      missed: [1, 'plates'],
      other: [2, 'reads'],
    })
  })
})

it('bench clips is skipped with a message when the clips are missing', async () => {
  vi.stubEnv('SIGHTLINE_DATA_SETS', '/nonexistent')
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const report = vi.fn()
  await bench.run({}, report)
  expect(said).toHaveBeenCalledWith(expect.stringContaining('skipped'))
  expect(report).not.toHaveBeenCalled()
})

it.skipIf(!hasFfmpeg)('bench clips reports what the installed agent read in each clip', async () => {
  const folder = await temporaryFolder()
  try {
    const clips = join(folder.path, 'clips-nl')
    await mkdir(clips)
    const { vehicles, frames, empty } = await renderPasses(1)
    writePassVideo(join(clips, 'a.mp4'), { frames, empty, fps: 5 })
    const plates = [{ text: vehicles[0]!.plate }, { text: 'NEVER1' }]
    await writeFile(join(clips, 'labels.jsonl'), `${JSON.stringify({ video: 'a.mp4', plates })}\n`)
    vi.stubEnv('SIGHTLINE_DATA_SETS', folder.path)
    const figures: Omit<Figure, 'bench'>[] = []
    await bench.run({}, (figure) => figures.push(figure as Figure))
    expect(figures.map(({ metric, value }) => [metric, value])).toEqual([
      ['exactly_once', 1],
      ['doubled', 0],
      ['missed', 1],
      ['other', 0],
      ['clip', 1],
    ])
  } finally {
    await folder.remove()
  }
})
