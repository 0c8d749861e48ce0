import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '@sightline/runtime/root'

const run = promisify(execFile)

/**
 * The version from which an upgrade is tried: of 2026-11-30, before names were American English, before judged reads made
 * room in their streams, and before canary reads.
 */
export const OLDER = '4c391654abab39c684d5422445b6e8db8a2ab9d4'

/** Installs it in a folder, as its users did: some minutes. @returns its main module */
export async function installOlder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const archive = join(folder, 'source.tar')
  await run('git', ['archive', '--output', archive, OLDER], { cwd: root })
  await run('tar', ['--extract', '--file', archive, '--directory', folder])
  await run(join(folder, 'sightline'), ['--version'])
  return join(folder, 'cli/dist/main.js')
}

/** Main module of that version, where it is installed already. */
export const INSTALLED = process.env.SIGHTLINE_TEST_OLDER
/** Folder to write what it stores (`test/upgrade`), for the short forms. */
export const RECORD = process.env.SIGHTLINE_TEST_RECORD
