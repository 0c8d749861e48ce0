import { connectBroker } from '@sightline/broker/connect'
import { systemClock } from '@sightline/runtime/clock'
import { type BrokerOptions, serversOf, withBroker } from '@sightline/runtime/command-line/options'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { several } from '@sightline/schemas/several'
import { Command } from 'commander'
import { requireName } from '../backup/name.ts'
import { type PassphraseOptions, readPassphrase, withPassphrase } from '../backup/passphrase.ts'
import { saveBackup, sizeText } from '../backup/save.ts'

interface Options extends BrokerOptions, PassphraseOptions {
  out: string
  by: string
  apiData?: string
  settings: string[]
  pictures: boolean
  json?: boolean
}

/** `sightline backup` */
export function command(): Command {
  const backup = new Command('backup')
    .description('save what the agency must not lose into one encrypted file, while the system runs')
    .requiredOption('--out <file>', 'the file to write; it must not exist')
    .requiredOption('--by <name>', 'who makes the backup: goes into the audit log')
  return withPassphrase(withBroker(backup))
    .option('--api-data <folder>', "the api's folder, for the keys that sign the audit log")
    .option(
      '--settings <path...>',
      'files and folders to save as well, e.g. those of vendors and sign-in',
      [],
    )
    .option('--no-pictures', 'leave out the images of cameras; those saved into cases are always in it')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
It contains displays, alerts, cases, people, the audit log, and every key in --keys: keep the file and the passphrase apart. Reads on
their way to the matcher, sessions, cached answers and the vendor's history are not in it.

Example:
  ./sightline backup --out /mnt/backup/today.backup --by ops-kim --passphrase-file /root/backup.key --keys data/broker/keys --api-data data`,
    )
    .action(run)
}

async function run(options: Options): Promise<void> {
  const passphrase = await readPassphrase(options)
  const address = { servers: serversOf(options), keys: options.keys, user: 'admin' }
  const connection = await connectBroker(address, createLog('backup'))
  try {
    const { out, keys, apiData, settings, pictures: withPictures } = options
    const done = await saveBackup(connection, {
      ...{ out, passphrase, by: requireName(options.by), keys, apiData, settings, withPictures },
      clock: systemClock,
      progress: note,
    })
    if (options.json) printJson({ type: 'saved', out, ...done })
    else {
      printLine(
        `Written to ${out}: ${sizeText(done.bytes)}, ${several(done.streams, 'stream')}, ${several(done.files, 'file')}.`,
      )
      printLine(`SHA-256 ${done.sha256}`)
    }
  } finally {
    await connection.close()
  }
}
