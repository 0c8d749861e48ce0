import { readFile, stat } from 'node:fs/promises'
import { SightlineError } from '@sightline/schemas/errors'
import type { Command } from 'commander'

export interface PassphraseOptions {
  passphraseFile: string
}

/** Adds `--passphrase-file`. There is no option for the passphrase itself: everybody on a machine can read arguments. */
export const withPassphrase = (command: Command): Command =>
  command.requiredOption(
    '--passphrase-file <file>',
    'file with the passphrase of the backup in its first line; only its owner may read it',
  )

/** @throws CONFIG_INVALID for a file that cannot be read, that others can read, or whose first line is no text */
export async function readPassphrase({ passphraseFile: path }: PassphraseOptions): Promise<string> {
  const hint =
    'Make one with: (umask 077; openssl rand -base64 32 > FILE). Keep a copy away from the backups.'
  const refuse = (message: string, cause?: unknown, next = hint) =>
    new SightlineError('CONFIG_INVALID', message, { cause, hint: next })
  let bytes: Buffer
  try {
    const { mode } = await stat(path)
    if ((mode & 0o077) !== 0)
      throw refuse(
        `others can read the passphrase: ${path}`,
        undefined,
        `Remove their rights: chmod go= ${path}`,
      )
    bytes = await readFile(path)
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    throw refuse(`cannot read the passphrase: ${path}`, cause)
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    // Different bytes would become one character, and a line ends at any of them.
    throw refuse(`the passphrase in ${path} is not text`, cause)
  }
  const line = text.split(/\r?\n/, 1)[0]!
  if (line.trim() === '') throw refuse(`the first line of ${path} is empty: it must be the passphrase`)
  return line
}
