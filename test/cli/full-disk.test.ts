import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '@sightline/runtime/root'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'

// A full disk, or one that fails, below what a command prints: the exit status must say so.

const run = promisify(execFile)
const program = join(root, 'cli/dist/main.js')
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
  const create = { width: 64, height: 48, channels: 3, background: '#888' } as const
  await writeFile(join(folder.path, 'a.jpg'), await sharp({ create }).jpeg().toBuffer())
})
afterAll(() => folder.remove())

/** Runs a command with its standard output on a full device. */
const onFull = (args: readonly string[], stderr = '') =>
  run('sh', ['-c', `"$0" "$@" > /dev/full ${stderr}`, process.execPath, program, ...args], {
    cwd: folder.path,
    timeout: 60_000,
  }).then(
    () => ({ code: 0, stderr: '' }),
    (error: { code: number; stderr: string }) => ({ code: error.code, stderr: error.stderr }),
  )

describe.skipIf(!existsSync('/dev/full'))('a command that prints to a full disk', () => {
  const commands = [
    ['read', '--json', 'a.jpg'],
    ['read', 'a.jpg'],
    ['read', '--json', 'none.jpg'],
    ['--help'],
    ['read', '--help'],
    ['replay', '--json', 'none.ndjson'],
  ].map((args) => [args.join(' '), args] as const)

  test.each(commands)('%s: exits with a status and a message that say so', async (_what, args) => {
    const { code, stderr } = await onFull(args)
    expect([code, stderr]).toEqual([74, expect.stringContaining('(OUTPUT_LOST)')])
    expect(stderr.match(/OUTPUT_LOST/g)).toHaveLength(1)
  })

  test('exits with a status even when the message cannot be written', async () => {
    expect((await onFull(['read', '--json', 'a.jpg'], '2> /dev/full')).code).toBe(74)
  })

  test('does not fail when its reader has read enough (`| head`)', async () => {
    const command = `"$0" "$1" read --help | head -1; true`
    const { stdout, stderr } = await run('sh', ['-c', command, process.execPath, program], {
      timeout: 60_000,
    })
    expect([stdout.startsWith('Usage'), stderr]).toEqual([true, ''])
  })
})
