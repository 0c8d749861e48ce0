import { quadOfBox } from '@sightline/recognition/geometry'
import type { PlatePlace } from '@sightline/recognition/sightline/locate'
import type { Reading } from '@sightline/recognition/sightline/reading'
import { readPlates } from '@sightline/recognition/sightline/unsettled'
import { expect, it } from 'vitest'

/** Corners that moved: those whose text is a serial are the plate's. */

const second = { quad: quadOfBox([30, 0, 70, 20]), score: 0.9 }
const third = quadOfBox([0, 0, 100, 20])
const reading = (text: string, confidence = 0.6): Reading => ({
  text,
  confidence,
  chars: [],
  region: 'in',
  regionConfidence: 0.5,
})
const isWhole = ({ text }: Reading) => text.length === 10

/** The text at a place that reads as `at.second` or `at.third`, and how often it was read. */
async function readAt(place: PlatePlace, at: { second: Reading | null; third?: Reading | null }) {
  let count = 0
  const read = await readPlates(
    [place],
    async (quads) => {
      count += quads.length
      return quads.map((quad) => (quad === third ? at.third! : at.second))
    },
    isWhole,
  )
  return { read, count }
}

it('keeps settled corners, and those that read as a serial, without another reading', async () => {
  const settled = await readAt(second, { second: reading('A03MG2784') })
  expect(settled).toEqual({ read: [{ place: second, reading: reading('A03MG2784') }], count: 1 })
  const whole = await readAt({ ...second, third }, { second: reading('KA03MG2784') })
  expect(whole.read.map(({ reading }) => reading.text)).toEqual(['KA03MG2784'])
  expect(whole.count).toBe(1)
})

it('takes the corners of the third look if only they read as a serial', async () => {
  const cut = { second: reading('A03MG2784', 0.9), third: reading('KA03MG2784') }
  expect((await readAt({ ...second, third }, cut)).read).toEqual([
    { place: { quad: third, score: 0.9 }, reading: reading('KA03MG2784') },
  ])
  const neither = { second: reading('3VPX910'), third: reading('I3VPX910', 0.9) }
  expect((await readAt({ ...second, third }, neither)).read[0]?.reading.text).toBe('3VPX910')
  const onlyThird = { second: null, third: reading('A03') }
  expect((await readAt({ ...second, third }, onlyThird)).read[0]?.reading.text).toBe('A03')
  expect((await readAt({ ...second, third }, { second: null, third: null })).read).toEqual([])
})
