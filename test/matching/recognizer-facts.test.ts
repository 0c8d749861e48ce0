import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { priorTable } from '@sightline/matching/confusion'
import { measuredTable } from '@sightline/matching/measured-confusion'
import { codeOf } from '@sightline/matching/plate-key'
import { loadConfusionTable, loadRecognizerFacts } from '@sightline/matching/recognizer-facts'
import { issuesOf } from '@sightline/matching/serials'
import { nthPlate, PLATE_ISSUES } from '@sightline/vendor-sim/world/plates'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'

test('the committed facts include the serials of every issuer in the simulated vendor', async () => {
  const { prior } = issuesOf((await loadRecognizerFacts()).serials)
  const priorOf = (plate: string) => prior(Uint8Array.from(plate, codeOf), plate.length)
  for (const issue of PLATE_ISSUES)
    expect(priorOf(nthPlate(issue, 1, 7).plate), issue.serial).toBeGreaterThan(0.03)
  expect(priorOf('7ABC123')).toBe(0.25)
  // Baja California's; a letter that California leaves out; no serial.
  expect(priorOf('ABC123D')).toBe(0.06)
  expect(priorOf('7AOC123')).toBe(0.03)
  expect(priorOf('AAAAAAA')).toBe(0.03)
})

test('the committed table is the measured one: a 9 is mostly misread as 0', async () => {
  const { read } = await loadConfusionTable()
  const mistakes = Object.entries(read['9']!).filter(([char]) => char !== '9')
  expect(mistakes.sort(([, a], [, b]) => b - a)[0]![0]).toBe('0')
})

test('without a measurement the prior is used', async () => {
  const empty = await temporaryFolder()
  expect(await loadConfusionTable(empty.path)).toEqual(priorTable())
  await empty.remove()
})

test('a table of another form is refused, and the error says what is wrong', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder.path, 'confusion-rendered.json'), JSON.stringify({ v: 1, read: {} }))
  await expect(loadConfusionTable(folder.path)).rejects.toMatchObject({
    code: 'MESSAGE_INVALID',
    message: expect.stringContaining('confusion table'),
  })
  await folder.remove()
})

test('frequent observations count, rare ones are believed less, and rows still sum to one', () => {
  const seen = (count: number, counts: Record<string, number>) => ({ count, read: {}, deleted: 0, counts })
  const characters = { B: seen(10_000, { B: 9000, 8: 900, '': 100 }), C: seen(2, { G: 2 }) }
  const file = {
    source: 's',
    engine: 'e',
    version: 'v',
    reads: 1,
    characters,
    inserted: { rate: 0, counts: { 1: 50 } },
  }
  const prior = priorTable()
  const { read, deleted, inserted } = measuredTable(file)
  expect(read.B![8]).toBeCloseTo(0.09, 2)
  expect(deleted.B).toBeCloseTo(0.01, 3)
  expect(read.C!.C).toBeGreaterThan(0.9)
  expect(read.D).toEqual(prior.read.D)
  expect(inserted['1']).toBeGreaterThan(inserted['2']!)
  for (const char of Object.keys(read)) {
    const all = Object.values(read[char]!).reduce((sum, share) => sum + share, 0)
    expect(all + (deleted[char]! - prior.deleted[char]!)).toBeCloseTo(1, 2)
  }
})
