import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { jetstream } from '@nats-io/jetstream'
import { SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { connectBroker, disconnect } from '../../broker/connect.ts'
import { publishUntilStored } from '../../broker/publish.ts'
import { createLog } from '../../runtime/log.ts'
import { SightlineError, toSightlineError } from '../../schemas/errors.ts'
import { readReader } from '../../schemas/read.ts'
import { readSubject } from '../../schemas/subjects.ts'
import { type BrokerOptions, serversOf, wholeNumber, withBroker } from '../options.ts'
import { note, printJson, printLine } from '../output.ts'

interface ReplayOptions extends BrokerOptions {
  rate: number
  user: string
  allowRemote?: boolean
  json?: boolean
}

/** Publishes waiting for their acknowledgement at any moment. */
const IN_FLIGHT = 500

export function command(): Command {
  return withBroker(new Command('replay'))
    .description('Publishes recorded reads, one JSON read a line (.ndjson, .ndjson.gz), at a set rate')
    .argument('<file>', 'recorded stream')
    .option('--rate <n>', 'reads a second', wholeNumber(1, 1_000_000), 100)
    .option('--user <name>', 'broker user that publishes', 'admin')
    .option('--allow-remote', 'also publish to a broker that is not on this machine')
    .option('--json', 'print the counts as one JSON line')
    .action(replay)
    .addHelpText(
      'after',
      `
Examples:
  ./sightline replay reads.ndjson --rate 500 --broker nats://127.0.0.1:4222 --keys data/demo/broker/keys
  ./sightline replay reads.ndjson.gz --json`,
    )
}

async function replay(file: string, options: ReplayOptions): Promise<void> {
  const servers = serversOf(options)
  if (!options.allowRemote) for (const server of servers) refuseRemote(server)
  const connection = await connectBroker(
    { servers, keys: options.keys, user: options.user },
    createLog('replay'),
  )
  const js = jetstream(connection)
  const counts = { published: 0, refused: 0 }
  const bar = new SingleBar({
    format: '{bar} {value} reads, {refused} refused, {duration_formatted}',
    stream: process.stderr,
  })
  if (process.stderr.isTTY) bar.start(0, 0, counts)

  const waiting = new Set<Promise<unknown>>()
  const begun = performance.now()
  let line = 0
  try {
    for await (const text of recordedLines(file)) {
      line++
      if (text.trim() === '') continue
      try {
        const read = readReader.parseJson(text)
        const due = begun + (counts.published * 1000) / options.rate
        if (due > performance.now()) await sleep(due - performance.now())
        if (waiting.size >= IN_FLIGHT) await Promise.race(waiting)
        const stored = publishUntilStored(js, readSubject(read.source, read.camera.id), text, {
          msgID: read.id,
        })
        waiting.add(stored)
        void stored.finally(() => waiting.delete(stored)).catch(() => {})
        counts.published++
      } catch (thrown) {
        const error = toSightlineError(thrown)
        if (!error.code.startsWith('MESSAGE_')) throw error
        counts.refused++
        note(`${file}:${line}: ${error.message} (${error.code})`)
      }
      bar.update(counts.published, counts)
    }
    await Promise.all(waiting)
  } finally {
    bar.stop()
    await disconnect(connection)
  }
  const seconds = (performance.now() - begun) / 1000
  if (options.json) printJson({ ...counts, seconds })
  else
    printLine(
      `${counts.published} reads published in ${seconds.toFixed(1)} s, ${counts.refused} lines refused`,
    )
  if (counts.refused > 0) process.exitCode = 65
}

/** The lines of a recording. @throws NOT_FOUND when the file cannot be opened, MESSAGE_INVALID when not gzip */
async function* recordedLines(file: string): AsyncGenerator<string> {
  const source = createReadStream(file)
  const input = file.endsWith('.gz') ? source.pipe(createGunzip()) : source
  const failed = new Promise<never>((_resolve, reject) => {
    for (const stream of [source, input]) stream.once('error', reject)
  })
  failed.catch(() => {})
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([lines.next(), failed])
      if (next.done) return
      yield next.value
    }
  } catch (cause) {
    throw new SightlineError('NOT_FOUND', `cannot read the recording ${file}: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** Load is for brokers on this machine; another one is somebody's service. */
function refuseRemote(server: string): void {
  const { hostname } = new URL(server.includes('://') ? server : `nats://${server}`)
  if (['localhost', '[::1]', '::1'].includes(hostname) || hostname.startsWith('127.')) return
  throw new SightlineError('USAGE', `${hostname} is not this machine`, {
    hint: 'Give --allow-remote if this broker is yours and may take the load.',
  })
}
