import { randomInt } from 'node:crypto'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withoutNames } from '@sightline/replay/nameless'
import { plantedPlate } from '@sightline/replay/traffic'
import { writeLines } from '@sightline/replay/write'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'
import { aRead } from '../support/reads.ts'

const draw = (below: number) => (below > 1 ? randomInt(below) : 0)

describe('a read that calls itself planted', () => {
  const planted = (plate: string) =>
    aRead({ plate, chars: [], engine: { name: 'sightline-replay', version: 'planted' } })

  it('keeps its plate only if nobody has one like it', () => {
    const made = withoutNames([planted(plantedPlate(77)), planted('7ABC123')], draw)
    expect(made.reads[0]!.plate).toBe(plantedPlate(77))
    expect(made.reads[1]!.plate).not.toBe('7ABC123')
    expect(made.note.plates).toBe(1)
  })
})

it('a read that lists more characters than its plate has does not end the recording', () => {
  const chars = Array.from('7ABC1234', (char) => ({ char, confidence: 0.9, alternatives: [] }))
  const [made] = withoutNames([aRead({ plate: '7ABC123', chars })], draw).reads
  expect(made!.chars.map(({ char }) => char).join('')).toMatch(/^[A-Z0-9]{8}$/)
})

describe('the file of a recording', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  it('is read by nobody else, even where others could read what it replaces', async () => {
    const file = join(folder.path, 'open.ndjson')
    await writeFile(file, 'before')
    await chmod(file, 0o644)
    const at = new Date('2026-01-02T03:04:05.000Z')
    await writeLines(file, [{ n: 1 }], at)
    // When it was really written would tell by how much its times are shifted.
    expect((await stat(file)).mtime).toEqual(at)
    expect([(await stat(file)).mode & 0o777, await readFile(file, 'utf8')]).toEqual([0o600, '{"n":1}\n'])
    expect(await readdir(folder.path)).toEqual(['open.ndjson'])
  })
})
