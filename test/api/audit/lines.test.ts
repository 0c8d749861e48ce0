import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eachLine } from '@sightline/api/audit/verify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-lines-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Lengths of the lines, and the first and last byte of each. */
async function linesOf(content: Buffer) {
  const path = join(folder, 'lines')
  await writeFile(path, content)
  const found: [number, string][] = []
  await eachLine(path, (bytes) =>
    found.push([bytes.length, bytes.subarray(0, 1).toString() + bytes.subarray(-1)]),
  )
  return found
}

const MIB = 1024 ** 2
const line = (from: string, length: number, to: string) => from + '.'.repeat(length - 2) + to

describe('the lines of an export', () => {
  it('are whole wherever the pieces end in which the file is read', async () => {
    const lengths = [2, MIB - 3, MIB, 3 * MIB + 7, 2, 5]
    const content = Buffer.from(lengths.map((length) => line('a', length, 'z')).join('\n'))
    expect(await linesOf(content)).toEqual(lengths.map((length) => [length, 'az']))
    expect(await linesOf(Buffer.from('a\n\nz\n'))).toEqual([
      [1, 'aa'],
      [0, ''],
      [1, 'zz'],
    ])
  })

  it('do not fill the memory: of a line that no message could be, the beginning is kept', async () => {
    const content = Buffer.from([line('a', 30 * MIB, 'z'), line('b', 9, 'y')].join('\n'))
    const [long, next] = await linesOf(content)
    expect(long![0]).toBeLessThan(10 * MIB)
    expect(next).toEqual([9, 'by'])
  })
})
