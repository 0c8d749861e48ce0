import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isBearer, isToken, makeToken, SHORTEST_TOKEN, tokenIn } from '@sightline/runtime/token-file'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'

describe('a token in a file', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  it('is created once, readable by its owner only, however many begin at once, and leaves nothing else behind', async () => {
    const path = join(folder.path, 'new', 'token')
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenIn(path)))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]!.length).toBeGreaterThanOrEqual(SHORTEST_TOKEN)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder.path, 'new'))).toEqual(['token'])
  })

  it('that exists is not changed', async () => {
    const path = join(folder.path, 'there')
    await writeFile(path, 'given\n')
    expect(await makeToken(path)).toBe(false)
    expect([await tokenIn(path), await readFile(path, 'utf8')]).toEqual(['given', 'given\n'])
  })

  it('is distinguished from everything else', () => {
    expect([isToken('a', 'a'), isToken('', 'a'), isToken('aa', 'a'), isToken('a', '')]).toEqual([
      ...[true, false, false, false],
    ])
    const headers = ['Bearer a', 'bearer a', 'a', 'Bearer  a', 'Bearer a ', undefined]
    expect(headers.map((header) => isBearer(header, 'a'))).toEqual([true, false, false, false, false, false])
  })
})
