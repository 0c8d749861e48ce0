import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataSetsFolder } from '@sightline/bench/pictures'
import { createEngine } from '@sightline/recognition/engine'
import { type Quad, quadOfBox } from '@sightline/recognition/geometry'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { readDoubtful } from '@sightline/recognition/sightline/doubtful'
import type { Reading } from '@sightline/recognition/sightline/reading'
import { describe, expect, it } from 'vitest'

/** A place that the refiner refuses is a plate if it reads as one, the same from two cuts. */

const place = { quad: quadOfBox([10, 10, 90, 40]), score: 0.4, before: quadOfBox([0, 0, 100, 50]) }
const reading = (text: string, confidence = 0.99): Reading => ({
  text,
  confidence,
  chars: [],
  region: 'gb',
  regionConfidence: 0.5,
})

const isWhole = ({ text }: Reading) => text !== '328FNN'

/** What is found where the first cut reads as one text, and the second as another. */
async function found(first: Reading | null, second: Reading | null = first) {
  const asked: (readonly Quad[])[] = []
  const findings = await readDoubtful(
    [place],
    async (quads) => {
      asked.push(quads)
      return quads.map(([corner]) => (corner === place.before[0] ? first : second))
    },
    isWhole,
  )
  return { findings, asked }
}

describe('readDoubtful', () => {
  it('takes what reads the same twice, at the second corners, less sure than any other plate', async () => {
    const { findings } = await found(reading('V328FNN'), reading('V328FNN', 0.97))
    expect(findings).toEqual([{ place, reading: reading('V328FNN', 0.85) }])
    expect((await found(reading('V328FNN', 0.4))).findings[0]?.reading.confidence).toBe(0.4)
  })

  it('takes no words, no scraps, no rest of a plate, nothing that is hard to read, and nothing that reads differently', async () => {
    for (const none of [
      reading('POLIZEI'),
      reading('B21C'),
      reading('328FNN'),
      reading('V328FNN', 0.3),
      null,
    ]) {
      expect((await found(none)).findings).toEqual([])
      expect((await found(reading('V328FNN'), none)).findings).toEqual([])
    }
    expect((await found(reading('V328FNN'), reading('V328FN1'))).findings).toEqual([])
  })

  it('reads a second time only what may be a plate, and nothing where no place is doubtful', async () => {
    const { asked } = await found(reading('POLIZEI'))
    expect(asked.map(({ length }) => length)).toEqual([1, 0])
    await readDoubtful([], () => expect.fail('there is nothing to read'), isWhole)
  })
})

/** Its plate has no frame, and fills a third of the picture: the refiner gives it 0.63. */
const photograph = join(dataSetsFolder(), 'openimages', '17585ef2efb5ef9b.jpg')
const missing = !existsSync(photograph)

it.skipIf(missing)(
  `finds a wide plate without a frame${missing ? ` (skipped: no ${photograph})` : ''}`,
  async () => {
    const engine = await createEngine('sightline')
    try {
      const found = await engine.find(await decodePicture(readFileSync(photograph), photograph))
      expect(found.map(({ text }) => text)).toContain('9578HGX')
    } finally {
      await engine.close()
    }
  },
)
