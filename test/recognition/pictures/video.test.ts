import { execFileSync } from 'node:child_process'
import type { Area, VideoFrame } from '@sightline/recognition/picture'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { lightOf } from '@sightline/recognition/pictures/video'
import { describe, expect, it } from 'vitest'

type Size = readonly [width: number, height: number]

/**
 * Light and colors that change slowly, always the same: ffmpeg's own gradients are other ones at
 * each run. Slowly, because ffmpeg interpolates color between its samples and we repeat them.
 */
function smoothFrame([width, height]: Size): Uint8Array {
  const plane = (columns: number, rows: number, level: (x: number, y: number) => number) =>
    Uint8Array.from({ length: columns * rows }, (_, i) =>
      level((i % columns) / columns, Math.floor(i / columns) / rows),
    )
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  return Buffer.concat([
    plane(width, height, (x, y) => 60 + 140 * (0.5 * x + 0.5 * y)),
    plane(halfWidth, halfHeight, (x, y) => 128 + 25 * Math.sin(3 * x + y)),
    plane(halfWidth, halfHeight, (x, y) => 128 + 25 * Math.cos(2 * y - x)),
  ])
}

/** The same frame by ffmpeg, whose own conversions are what ours are compared with. */
function byFfmpeg(yuv: Uint8Array, [width, height]: Size, filter: string, format: string): Uint8Array {
  const raw = (pixels: string) => ['-f', 'rawvideo', '-pix_fmt', pixels]
  const input = ['-s', `${width}x${height}`, ...raw('yuv420p'), '-i', 'pipe:0', '-vf', filter]
  return execFileSync('ffmpeg', ['-v', 'error', ...input, '-frames:v', '1', ...raw(format), 'pipe:1'], {
    input: yuv,
  })
}

/** Mean and 99th percentile of how far two pictures are apart, gray levels. */
function apart(a: Uint8Array, b: Uint8Array) {
  expect(a).toHaveLength(b.length)
  const all = Array.from(a, (value, i) => Math.abs(value - b[i]!)).sort((x, y) => x - y)
  return {
    mean: all.reduce((sum, value) => sum + value, 0) / all.length,
    p99: all[Math.floor(0.99 * all.length)]!,
  }
}

describe.each([
  [150, 91],
  [151, 90],
  [151, 91],
])('a video frame of %i × %i', (width, height) => {
  const yuv = smoothFrame([width, height])
  const picture = (matrix: VideoFrame['matrix'] = 'bt601') => pictureOf({ width, height, matrix, data: yuv })

  it.each(['bt601', 'bt709'] as const)('has the colors that ffmpeg gives, %s', async (matrix) => {
    const { data } = await picture(matrix).pixels({ width, height, channels: 3 })
    const expected = byFfmpeg(
      yuv,
      [width, height],
      `scale=in_range=tv:in_color_matrix=${matrix}:flags=accurate_rnd+full_chroma_int+full_chroma_inp`,
      'rgb24',
    )
    const { mean, p99 } = apart(data, expected)
    expect(mean).toBeLessThan(1)
    expect(p99).toBeLessThanOrEqual(3)
  })

  it('has its luminance as gray from black to white', async () => {
    const { data } = await picture().pixels({ width, height, channels: 1 })
    const { mean, p99 } = apart(
      data,
      byFfmpeg(yuv, [width, height], 'scale=in_range=tv:out_range=pc', 'gray'),
    )
    expect(mean).toBeLessThan(1)
    expect(p99).toBeLessThanOrEqual(2)
  })

  it.each([1, 2, 3] as const)(
    'has any part in gray at 1/%i of its size as the mean of its pixels',
    async (times) => {
      const area: Area = [13, 7, 17 * times, 9 * times]
      const got = await picture().pixels({ area, width: 17, height: 9, channels: 1 })
      const expected = Array.from({ length: 17 * 9 }, (_, at) => {
        const [x, y] = [13 + times * (at % 17), 7 + times * Math.floor(at / 17)]
        let sum = 0
        for (let k = 0; k < times * times; k++)
          sum += yuv[(y + Math.floor(k / times)) * width + x + (k % times)]!
        return Math.min(Math.max(((sum / times ** 2 - 16) * 255) / 219, 0), 255)
      })
      for (const [i, value] of expected.entries())
        expect(Math.abs(got.data[i]! - value)).toBeLessThanOrEqual(0.5)
    },
  )

  it('has a part in color at another size', async () => {
    const got = await picture().pixels({ area: [101, 49, 40, 40], width: 20, height: 10, channels: 3 })
    expect(got).toMatchObject({ width: 20, height: 10, channels: 3 })
    expect(got.data).toHaveLength(600)
  })

  it('gives its luminance at no cost, and says what is black and white', () => {
    const light = lightOf(picture())
    expect(light).toMatchObject({ width, height, channels: 1, black: 16, white: 235 })
    expect(light.data.buffer).toBe(yuv.buffer)
  })
})
