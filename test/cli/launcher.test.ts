import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root } from '@sightline/runtime/root'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'sightline-launcher-'))
writeFileSync(join(folder, 'node'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the shell script gives to Node. */
function launch(...words: string[]): string[] {
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` }
  return spawnSync(join(root, 'sightline'), words, { env, encoding: 'utf8' }).stdout.trimEnd().split('\n')
}

it('gives Node the words as they are, and room for decoded pictures where many are read', () => {
  const program = join(root, 'cli/bootstrap.mjs')
  expect(launch('api', '--data', 'a b')).toEqual([program, 'api', '--data', 'a b'])
  expect(launch('read', 'my photo.jpg')).toEqual(['--initial-heap-size=96', program, 'read', 'my photo.jpg'])
})
