import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLabels } from '@sightline/bench/labels'
import { pictureSets, renderedSet } from '@sightline/bench/pictures'
import { accuracy, detection, honesty, singleReads } from '@sightline/bench/scoring'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
const at = (name: string) => join(folder, name)
const write = (...lines: unknown[]) =>
  writeFile(at('labels.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'))
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-labels-'))
  await writeFile(at('a.jpg'), await (await renderedSet(1)).pictures[0]!.bytes())
})
afterAll(() => rm(folder, { recursive: true }))

describe('labels of pictures', () => {
  const box = [10, 10, 120, 60]

  // Data sets write it in both ways.
  it.each([
    ['is left out', { box, region: 'us-ca' }],
    ['is null', { text: null, box, region: 'us-ca' }],
  ])('a plate that nobody could read is measured by its box: its text %s', async (_how, plate) => {
    await write({ image: 'a.jpg', width: 1280, height: 720, plates: [plate] })
    const [set] = await pictureSets([folder], 0)
    const samples = set!.pictures.map((picture) => ({ ...picture, found: [], ms: 1, cpuS: 1 }))
    expect(samples[0]!.labels).toEqual([{ text: null, box, region: 'us-ca' }])
    expect(singleReads(samples)).toHaveLength(1)
    expect(accuracy(samples)).toEqual({ located: [0, 'share'], region: [0, 'share'] })
    expect(honesty(samples)).toMatchObject({ wrong_at_90: [0, 'share'] })
    expect(detection(samples).located).toEqual([0, 'share'])
  })

  it.each([
    ['a text that is a number', { image: 'a.jpg', plates: [{ text: 7 }] }, '/plates/0/text'],
    ['a box of three numbers', { image: 'a.jpg', plates: [{ text: 'A', box: [1, 2, 3] }] }, '/plates/0/box'],
    ['no plates', { image: 'a.jpg' }, '/'],
    ['an unknown split', { image: 'a.jpg', split: 'test', plates: [] }, '/split'],
  ])('are refused with file, line and place: %s', async (_what, line, place) => {
    await write({ image: 'b.jpg', plates: [] }, line)
    await expect(readLabels(at('labels.jsonl'))).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      message: expect.stringMatching(new RegExp(`labels\\.jsonl:2: .*${place}`)),
    })
  })

  it('are refused when a line is not JSON', async () => {
    await writeFile(at('labels.jsonl'), '{"image": "a.jpg", "plates": []}\n\n{"image": ')
    await expect(readLabels(at('labels.jsonl'))).rejects.toMatchObject({
      code: 'MESSAGE_NOT_JSON',
      message: expect.stringContaining('labels.jsonl:3: '),
    })
  })
})
