import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPictures } from '@sightline/recognition/pictures/find'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
const at = (...parts: string[]) => join(folder, ...parts)
const found = async (paths: string[], options?: { recursive: boolean }) =>
  (await findPictures(paths, options)).map(({ path, error }) => error?.code ?? path)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-find-'))
  await mkdir(at('in', 'deep'), { recursive: true })
  await mkdir(at('empty'))
  for (const name of [
    'b.jpg',
    'a.PNG',
    'notes.txt',
    'labels.jsonl',
    join('deep', 'c.webp'),
    join('deep', 'd.JFIF'),
  ]) {
    await writeFile(at('in', name), '')
  }
})
afterAll(() => rm(folder, { recursive: true }))

describe('findPictures', () => {
  it('finds the pictures of a folder in order, and those in its subfolders only when asked', async () => {
    expect(await found([at('in')])).toEqual([at('in', 'a.PNG'), at('in', 'b.jpg')])
    expect(await found([at('in')], { recursive: true })).toEqual([
      at('in', 'a.PNG'),
      at('in', 'b.jpg'),
      at('in', 'deep', 'c.webp'),
      at('in', 'deep', 'd.JFIF'),
    ])
  })

  it('accepts a named file whatever its extension, and what a glob matches', async () => {
    expect(await found([at('in', 'notes.txt'), `${at('in')}/**/*.{jpg,webp}`])).toEqual([
      at('in', 'notes.txt'),
      at('in', 'b.jpg'),
      at('in', 'deep', 'c.webp'),
    ])
  })

  it('says what gave nothing and continues', async () => {
    expect(await found([at('empty'), at('none.jpg'), at('*.gif'), at('in', 'b.jpg')])).toEqual([
      'NO_PICTURES',
      'PICTURE_NOT_FOUND',
      'NO_PICTURES',
      at('in', 'b.jpg'),
    ])
  })
})
