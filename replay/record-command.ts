import { randomInt } from 'node:crypto'
import { connectBroker, disconnect } from '@sightline/broker/connect'
import { openLink } from '@sightline/broker/link'
import { amount } from '@sightline/runtime/command-line/amount'
import { duration } from '@sightline/runtime/command-line/duration'
import {
  type BrokerOptions,
  serversOf,
  wholeNumber,
  withAgentStreams,
  withBroker,
} from '@sightline/runtime/command-line/options'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { several } from '@sightline/schemas/several'
import { Command, Option } from 'commander'
import { collectReads } from './collect.ts'
import { withoutNames } from './nameless.ts'
import { showProgress } from './progress.ts'
import { checkRecordingName, writeLines } from './write.ts'

interface RecordOptions extends BrokerOptions {
  for: number
  mostReads: number
  vendor: string[]
  partitions: number
  agentStreams: number
  user: string
  json?: boolean
}

export function command(): Command {
  return withAgentStreams(withBroker(new Command('record')))
    .description('Records live reads for ./sightline replay, with other plates in place of the real ones')
    .argument('<file>', 'where to write: .ndjson or .ndjson.gz')
    .addOption(new Option('--for <duration>', 'how long').argParser(duration).default(600_000, '10m'))
    .addOption(
      new Option('--most-reads <n>', 'stop after this many reads; they are kept in memory, about 4 KB each')
        .argParser(amount)
        .default(100_000, '100k'),
    )
    .option('--vendor <id...>', 'vendors whose reads are recorded, too', ['sim'])
    .option('--partitions <n>', 'of the reads, as the broker was told', wholeNumber(1, 64), 1)
    .option('--user <name>', 'broker user that may see all reads', 'observer')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
Each plate is replaced by another of the same form, drawn at random; which by which is written nowhere. The same plate stays
the same plate, and plates that may be misreads of each other stay alike. Ids are new, times are shifted, and there are no
pictures, makes or models. The first line of the file says so, and what a reader could still find out.
Ctrl-C ends the recording, which is then written. A cluster needs the key of the user: broker init --recordings.

Examples:
  ./sightline record reads.ndjson.gz --keys data/demo/broker/keys --for 2m     the demo's traffic
  ./sightline record night.ndjson.gz --for 8h --most-reads 1M --vendor sim     a night`,
    )
    .action(record)
}

async function record(file: string, options: RecordOptions): Promise<void> {
  checkRecordingName(file)
  const { vendor: vendors, partitions, agentStreams } = options
  const log = createLog('record')
  const connection = await connectBroker(
    { servers: serversOf(options), keys: options.keys, user: options.user },
    log,
  )
  const ended = new AbortController()
  const end = () => ended.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  const progress = showProgress(null)
  try {
    const { reads, refused } = await collectReads(await openLink(connection, 'MATCHER'), {
      sources: { vendors, partitions, agentStreams },
      most: options.mostReads,
      signal: AbortSignal.any([ended.signal, AbortSignal.timeout(options.for)]),
      onRead: progress.step,
    })
    progress.stop()
    const made = withoutNames(reads, (below) => (below > 1 ? randomInt(below) : 0))
    const last = made.reads.at(-1)?.seenAt ?? 0
    await writeLines(file, [made.note, ...made.reads], new Date(last))
    const { plates } = made.note
    if (options.json) printJson({ type: 'recorded', file, reads: reads.length, plates, refused })
    else {
      printLine(`${several(reads.length, 'read')} of ${several(plates, 'plate')} written to ${file}`)
      note(made.note.note)
    }
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
    progress.stop()
    await disconnect(connection)
  }
}
