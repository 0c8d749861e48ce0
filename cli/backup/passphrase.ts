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

/** @throws CONFIG_INVALID for a file that cannot be read, or that others can read */
export async function readPassphrase({ passphraseFile: path }: PassphraseOptions): Promise<string> {
  const hint =
    'Make one with: (umask 077; openssl rand -base64 32 > FILE). Keep a copy away from the backups.'
  try {
    const { mode } = await stat(path)
    if ((mode & 0o077) === 0) return (await readFile(path, 'utf8')).split(/\r?\n/, 1)[0]!
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', `cannot read the passphrase: ${path}`, { cause, hint })
  }
  throw new SightlineError('CONFIG_INVALID', `others can read the passphrase: ${path}`, {
    hint: `Remove their rights: chmod go= ${path}`,
  })
}
