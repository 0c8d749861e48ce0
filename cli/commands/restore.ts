import { requireSubstance } from '@sightline/api/cases/substance'
import { connectBroker } from '@sightline/broker/connect'
import { systemClock } from '@sightline/runtime/clock'
import { serversOf, wholeNumber } from '@sightline/runtime/command-line/options'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import { Command } from 'commander'
import { requireName } from '../backup/name.ts'
import { type PassphraseOptions, readPassphrase, withPassphrase } from '../backup/passphrase.ts'
import {
  type ClusterOptions,
  type Contents,
  readBackup,
  restoreBackup,
  restoreCluster,
  restoreFiles,
} from '../backup/restore.ts'
import { sizeText } from '../backup/save.ts'

interface Options extends PassphraseOptions {
  by?: string
  reason?: string
  data: string
  apiData: string
  check?: boolean
  filesOnly?: boolean
  broker?: string
  keys: string
  replicas: number
  json?: boolean
}

/** `sightline restore` */
export function command(): Command {
  const restore = new Command('restore')
    .description('bring a backup back on an empty machine, or into an empty cluster')
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
    .option(
      '--files-only',
      'only the keys and settings, to make a cluster with them: ./sightline broker init',
    )
    .option('--broker <url>', 'restore the streams into this running cluster, which has none yet')
    .option('--keys <folder>', "with --broker: folder of the administrator's key file", 'data/keys')
    .option('--replicas <n>', 'with --broker: copies of every message', wholeNumber(1, 5), 3)
    .option('--check', 'only check the whole file, and say what is in it')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
It replaces nothing: a folder that is not empty is refused. Afterwards start the system as before, with ./sightline broker run --data.

Examples:
  ./sightline restore today.backup --passphrase-file /root/backup.key --check
  ./sightline restore today.backup --passphrase-file /root/backup.key --by ops-kim --reason "Fire in the server room, INC-204"
  ./sightline restore today.backup --passphrase-file /root/backup.key --files-only --data deploy/nats
  ./sightline restore today.backup --passphrase-file /root/backup.key --by ops-kim --reason "Fire in the server room, INC-204" \\
    --broker nats://nats-1:4222 --keys deploy/nats/keys/admin`,
    )
    .action(run)
}

async function run(path: string, options: Options): Promise<void> {
  const passphrase = await readPassphrase(options)
  if (options.check) return tell('checked', await readBackup(path, passphrase), options)
  const { by, reason, data, apiData } = options
  const log = createLog('restore')
  if (options.filesOnly) {
    if (options.broker !== undefined) {
      throw new SightlineError('USAGE', '--files-only and --broker are two steps', {
        hint: 'First the files, to make the cluster with; then the streams, when its nodes run.',
      })
    }
    const files = await restoreFiles({ path, passphrase, data, apiData, log, progress: note })
    return tell('restored', { ...files, streams: [] }, options)
  }
  if (by === undefined || reason === undefined) {
    throw new SightlineError('USAGE', 'a restore needs --by and --reason', {
      hint: 'They go into the audit log. Use --check to look at the backup only.',
    })
  }
  requireSubstance(reason, 'reason for restoring', 'AUD-2')
  const who = { by: requireName(by), reason }
  const how = { path, passphrase, ...who, clock: systemClock, progress: note }
  const contents =
    options.broker === undefined
      ? await restoreBackup({ ...how, data, apiData, log })
      : await intoCluster(how, { ...options, broker: options.broker })
  tell('restored', contents, options)
  if (options.json) return
  printLine(
    `What was done after ${contents.at} is not in it: close displays, suspend people and revoke agents again, if anybody did.`,
  )
}

async function intoCluster(
  how: Omit<ClusterOptions, 'connection' | 'replicas'>,
  options: Pick<Options, 'keys' | 'replicas'> & { broker: string },
): Promise<Contents> {
  const address = { servers: serversOf(options), keys: options.keys, user: 'admin' }
  const connection = await connectBroker(address, createLog('restore'))
  try {
    return await restoreCluster({ ...how, connection, replicas: options.replicas })
  } finally {
    await connection.close()
  }
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
