import { requireSubstance } from '@sightline/api/cases/substance'
import { systemClock } from '@sightline/runtime/clock'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import { Command } from 'commander'
import { requireName } from '../backup/name.ts'
import { type PassphraseOptions, readPassphrase, withPassphrase } from '../backup/passphrase.ts'
import { type Contents, readBackup, restoreBackup } from '../backup/restore.ts'
import { sizeText } from '../backup/save.ts'

interface Options extends PassphraseOptions {
  by?: string
  reason?: string
  data: string
  apiData: string
  check?: boolean
  json?: boolean
}

/** `sightline restore` */
export function command(): Command {
  const restore = new Command('restore')
    .description('bring a backup back on an empty machine')
    .argument('<file>', 'what ./sightline backup has written')
  return withPassphrase(restore)
    .option('--by <name>', 'who restores: goes into the audit log')
    .option('--reason <words>', 'what happened: goes into the audit log; at least three different words')
    .option(
      '--data <folder>',
      'new folder of the broker; the saved settings come into its folder settings',
      'data/broker',
    )
    .option('--api-data <folder>', 'folder of the api, for the keys that sign the audit log', 'data')
    .option('--check', 'only check the whole file, and say what is in it')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
It replaces nothing: a folder that is not empty is refused. Afterwards start the system as before, with ./sightline broker run --data.

Examples:
  ./sightline restore today.backup --passphrase-file /root/backup.key --check
  ./sightline restore today.backup --passphrase-file /root/backup.key --by ops-kim --reason "Fire in the server room, INC-204"`,
    )
    .action(run)
}

async function run(path: string, options: Options): Promise<void> {
  const passphrase = await readPassphrase(options)
  if (options.check) return tell('checked', await readBackup(path, passphrase), options)
  const { by, reason, data, apiData } = options
  if (by === undefined || reason === undefined) {
    throw new SightlineError('USAGE', 'a restore needs --by and --reason', {
      hint: 'They go into the audit log. Use --check to look at the backup only.',
    })
  }
  requireSubstance(reason, 'reason for restoring', 'AUD-2')
  const who = { by: requireName(by), reason }
  const how = { clock: systemClock, log: createLog('restore'), progress: note }
  const contents = await restoreBackup({ path, passphrase, ...who, data, apiData, ...how })
  tell('restored', contents, options)
  if (options.json) return
  printLine(
    `What was done after ${contents.at} is not in it: close displays, suspend people and revoke agents again, if anybody did.`,
  )
}

function tell(type: string, contents: Contents, { json }: Options): void {
  if (json) {
    printJson({ type, ...contents })
    return
  }
  const { at, by, version, files, streams } = contents
  printLine(`Saved at ${at} by ${by}, with version ${version}: complete and unchanged.`)
  for (const { name, messages, bytes } of streams)
    printLine(`  ${name}: ${several(messages, 'message')}, ${sizeText(bytes)}`)
  for (const { path } of files) printLine(`  ${path}`)
}
