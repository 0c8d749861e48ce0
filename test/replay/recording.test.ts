import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { recordedLines } from '@sightline/replay/recording'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'

/** The reference, to make files with: Debian's zstd; a frame made by it is kept here for where it is missing. */
const zstd = (bytes: Uint8Array, ...options: string[]) =>
  spawnSync('zstd', ['-q', ...options], { input: bytes, maxBuffer: 1e9 }).stdout
const hasZstd = spawnSync('zstd', ['--version']).status === 0
/** `one\ntwo\n`, by zstd 1.5.4. */
const FRAME = Buffer.from('KLUv/QRYQQAAb25lCnR3bwrmpg5A', 'base64')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

async function linesOf(name: string, bytes: string | Uint8Array): Promise<string[]> {
  const file = join(folder.path, name)
  await writeFile(file, bytes)
  const lines: string[] = []
  for await (const line of recordedLines(file)) lines.push(line)
  return lines
}

/** More than a chunk, with characters of several bytes that chunks cut through. */
const LONG = Array.from({ length: 30_000 }, (_, n) => `{"n":${n},"owner":"Señor Über ${'€'.repeat(n % 7)}"}`)

describe('each format gives the same lines:', () => {
  test('plain and gzip', async () => {
    expect(await linesOf('a.ndjson', LONG.join('\n'))).toEqual(LONG)
    expect(await linesOf('a.ndjson.gz', gzipSync(LONG.join('\n')))).toEqual(LONG)
    // Two members in one file, as `cat` makes them.
    const halves = [LONG.slice(0, 999), LONG.slice(999)].map((half) => gzipSync(`${half.join('\n')}\n`))
    expect(await linesOf('b.ndjson.gz', Buffer.concat(halves))).toEqual(LONG)
  })

  test('one frame of zstd', async () => {
    expect(await linesOf('frame.ndjson.zst', FRAME)).toEqual(['one', 'two'])
  })

  test.skipIf(!hasZstd)('zstd at several levels, with and without checksum, several frames', async () => {
    const text = Buffer.from(LONG.join('\n'))
    for (const options of [['-1'], ['-3', '--no-check'], ['-9', '--long=24']]) {
      expect(await linesOf('a.ndjson.zst', zstd(text, ...options))).toEqual(LONG)
    }
    const frames = [zstd(Buffer.from('one\n')), zstd(Buffer.from('two'))]
    expect(await linesOf('b.ndjson.zst', Buffer.concat(frames))).toEqual(['one', 'two'])
  })

  test('empty ones', async () => {
    expect(await linesOf('empty.ndjson', '')).toEqual([])
    expect(await linesOf('empty.ndjson.gz', gzipSync(''))).toEqual([])
  })

  test('any lines, from a file that is cut anywhere', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\n\r]/.test(text))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
        const text = lines.map((one) => `${one}\n`).join('')
        expect(await linesOf('any.ndjson', text)).toEqual(lines)
        expect(await linesOf('any.ndjson.gz', gzipSync(text))).toEqual(lines)
      }),
      { numRuns: 30 },
    )
  })
})

describe('an unreadable recording is reported:', () => {
  const cut = (bytes: Uint8Array) => bytes.subarray(0, Math.floor(bytes.length / 2))
  test.each([
    ['no gzip', 'x.ndjson.gz', Buffer.from('{"plate": "7ABC123"}')],
    ['gzip that was cut short', 'x.ndjson.gz', cut(gzipSync(LONG.join('\n')))],
    ['no zstd', 'x.ndjson.zst', Buffer.from('{"plate": "7ABC123"}')],
    ['zstd that was cut short', 'x.ndjson.zst', cut(FRAME)],
    ['gzip that is called zstd', 'x.ndjson.zst', gzipSync('one')],
  ])('%s', async (_what, name, bytes) => {
    await expect(linesOf(name, bytes)).rejects.toMatchObject({ code: 'MESSAGE_INVALID' })
    await expect(linesOf(name, bytes)).rejects.toThrow(join(folder.path, name))
  })

  test.each(['/nowhere.ndjson', '/nowhere.ndjson.gz', '/nowhere.ndjson.zst', '/tmp'])('%s', async (file) => {
    await expect(recordedLines(file).next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

test.each([
  ['a.ndjson', (text: string) => Buffer.from(text)],
  ['a.NDJSON', (text: string) => Buffer.from(text)],
  ['a.ndjson.gz', (text: string) => gzipSync(text)],
  ['A.NDJSON.GZ', (text: string) => gzipSync(text)],
])('%s: a byte order mark belongs to no line, and a huge line affects no other', async (name, packed) => {
  const huge = 'x'.repeat(3 * 1024 * 1024)
  const told = `${'x'.repeat(80)}…`
  expect(await linesOf(name, packed('\ufeffone\ntwo\n'))).toEqual(['one', 'two'])
  expect(await linesOf(name, packed('\ufeffone'))).toEqual(['one'])
  expect(await linesOf(name, packed(`one\n${huge}\ntwo\n${huge}\n\nthree`))).toEqual([
    ...['one', told, 'two', told, '', 'three'],
  ])
  expect(await linesOf(name, packed(huge))).toEqual([told])
})

test('a file is read only as fast as its lines are requested', async () => {
  const file = join(folder.path, 'big.ndjson.gz')
  await writeFile(file, gzipSync(`${'x'.repeat(99)}\n`.repeat(1_000_000)))
  const before = process.memoryUsage().rss
  const lines = recordedLines(file)
  for (let n = 0; n < 1000; n++) await lines.next()
  // A hundred megabytes of text are not unpacked for the first thousand lines.
  expect(process.memoryUsage().rss - before).toBeLessThan(50e6)
  await lines.return()
})
