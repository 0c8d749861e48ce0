import { readFile } from 'node:fs/promises'
import { connectBroker, disconnect } from '@sightline/broker/connect'
import { amount } from '@sightline/runtime/command-line/amount'
import { duration } from '@sightline/runtime/command-line/duration'
import { serversOf, wholeNumber, withBroker } from '@sightline/runtime/command-line/options'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import { Command, InvalidArgumentError, Option } from 'commander'
import { freshIdentity, recordedIdentity } from './identity.ts'
import { writeHdr } from './latencies.ts'
import { DEFAULT_RATE, type Options, paceOf, refuseContradiction, sourceOf } from './options.ts'
import { type Progress, showProgress } from './progress.ts'
import { RECORDING_NAMES } from './recording.ts'
import { refuseFaults, replayJson, replayText } from './report.ts'
import { type ReplayOptions, runReplay } from './run.ts'
import type { OnRefused, Source } from './source.ts'
import { subscribeApi, subscribeBroker } from './subscribe.ts'
import { writeRecording } from './write.ts'

const EXAMPLES = `
Examples:
  ./sightline replay reads.ndjson.gz --keys data/demo/broker/keys         at the pace it was recorded
  ./sightline replay reads.ndjson.zst --speed 10x --cameras 500           ten times as fast, from 500 cameras
  ./sightline replay reads.ndjson --rate 20k --planted 200 --plant        with hits, their displays, and the check
  ./sightline replay --synthesize 1M --rate 20k --planted 1000 --plant --api http://127.0.0.1:8080 \\
      --token-file data/dev-token --hdr latency.hlog --json               made-up reads; alerts as an analyst gets them
  ./sightline replay --synthesize 1M --planted 200 --rate 5k --write reads.ndjson.gz    a recording, no broker

With --plant it writes a display for each planted hit straight into the broker (user replay), and closes it at the end.
Latency is from the moment at which a hit was due by the timetable, not from when it was sent, to its alert at the
subscriber: this program, following the stream of alerts, or with --api the api's server-sent events.

Exit status: 0; 65 when lines were refused; 70 (CHECK_FAILED) when a planted hit raised no alert, or more than one,
or anything else of this run raised one.`

export function command(): Command {
  return (
    withBroker(new Command('replay'))
      .description(
        'Plays a recorded or made-up stream of reads into the broker; measures the alerts of planted hits',
      )
      .argument('[file]', `recorded stream: ${RECORDING_NAMES}, one JSON read per line`)
      .addOption(
        new Option('--synthesize <n>', 'make up this many reads instead, e.g. 1M')
          .argParser(amount)
          .conflicts('asRecorded'),
      )
      // The spelling of earlier versions. cspell:ignore synthesise
      .addOption(new Option('--synthesise <n>').argParser(amount).conflicts('asRecorded').hideHelp())
      .hook('preAction', (command) => {
        const { synthesise } = command.opts<{ synthesise?: number }>()
        if (synthesise !== undefined) command.setOptionValue('synthesize', synthesise)
      })
      .option('--planted <n>', 'planted hits in the stream, at even distances', wholeNumber(0, 1e6), 0)
      .option('--plant', 'write displays for the planted hits, check their alerts, and close them')
      .option('--write <file>', 'write the stream to .ndjson or .ndjson.gz instead of playing it')
      .addOption(
        new Option(
          '--rate <n>',
          `reads a second, evenly (default: the recorded pace; made-up reads: ${DEFAULT_RATE})`,
        )
          .argParser(amount)
          .conflicts('speed'),
      )
      .option('--speed <x>', 'multiple of the recorded pace, such as 10x or 0.5x', multiple)
      .addOption(
        new Option('--cameras <n>', 'from this many cameras in turn')
          .argParser(amount)
          .default(0, 'those recorded')
          .conflicts('asRecorded'),
      )
      .option('--as-recorded', 'keep ids, times and cameras (default: fresh ids, seen now)')
      .addOption(
        new Option('--most-reads <n>', 'stop after this many reads')
          .argParser(amount)
          .default(1_000_000, '1M'),
      )
      .addOption(
        new Option('--most-rate <n>', 'most reads a second at the recorded pace or a multiple')
          .argParser(amount)
          .default(50_000, '50k'),
      )
      .addOption(
        new Option('--most-time <duration>', 'stop after this time')
          .argParser(duration)
          .default(600_000, '10m'),
      )
      .addOption(
        new Option('--wait <duration>', 'longest wait for alerts at the end')
          .argParser(duration)
          .default(30_000, '30s'),
      )
      .option('--api <url>', 'measure at the alert stream of this api instead of the broker')
      .option('--token-file <file>', "file of the api's token", 'data/dev-token')
      .option('--hdr <file>', 'write the latencies as a HdrHistogram log')
      .option('--user <name>', 'broker user that publishes', 'replay')
      .option('--allow-remote', 'also load a broker or an api that is not on this machine')
      .option('--json', 'print the result as one JSON line')
      .addHelpText('after', EXAMPLES)
      .action(replay)
  )
}

function multiple(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1])
  if (!(value > 0)) throw new InvalidArgumentError(`write a multiple such as 10x or 0.5x, not ${text}`)
  return value
}

async function replay(file: string | undefined, options: Options): Promise<void> {
  const servers = serversOf(options)
  if (!options.allowRemote)
    for (const address of [...servers, options.api ?? []].flat()) refuseRemote(address)
  refuseContradiction(options)
  const source = await sourceOf(file, options)
  let refused = 0
  const onRefused: OnRefused = (place, error) => {
    refused++
    note(`${place}: ${error.message} (${error.code})`)
  }
  const progress = showProgress(source.length)
  try {
    if (options.write !== undefined) {
      await writeRecording(options.write, source, onRefused, progress.step)
      progress.stop()
      const { write, json } = options
      if (json) printJson({ type: 'written', file: write, reads: progress.count(), refused })
      else printLine(`${several(progress.count(), 'read')} written to ${write}`)
    } else {
      await play(servers, source, options, onRefused, progress)
    }
  } finally {
    progress.stop()
  }
  if (refused > 0) process.exitCode = 65
}

async function play(
  servers: string[],
  source: Source,
  options: Options,
  onRefused: OnRefused,
  progress: Progress,
): Promise<void> {
  const { keys, user, api, hdr } = options
  const token = api && options.plant ? await readToken(options.tokenFile) : ''
  const connection = await connectBroker({ servers, keys, user }, createLog('replay'))
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  // Closes the planted displays first; a second Ctrl-C ends immediately.
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const plant: ReplayOptions['plant'] = {
    subscribe: (onAlert) => (api ? subscribeApi(api, token, onAlert) : subscribeBroker(connection, onAlert)),
    waitMs: options.wait,
  }
  const begun = new Date()
  try {
    const result = await runReplay(connection, {
      user,
      source,
      pace: paceOf(options),
      identity: options.asRecorded ? recordedIdentity : freshIdentity(options.cameras),
      most: { reads: options.mostReads, ms: options.mostTime },
      ...(options.plant ? { plant } : {}),
      signal: stop.signal,
      onRefused,
      onStored: progress.step,
    })
    progress.stop()
    if (hdr !== undefined && result.alerts) await writeHdr(hdr, result.alerts.latencies, begun, new Date())
    if (options.json) printJson(replayJson(result))
    else for (const line of replayText(result)) printLine(line)
    refuseFaults(result)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    await disconnect(connection)
  }
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (cause) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `cannot read the token of the api: ${(cause as Error).message}`,
      {
        cause,
        hint: 'Name the file dev-token of its data folder with --token-file.',
      },
    )
  }
}

/**
 * Refuses to load another machine, which may be somebody's service.
 * @param address of a broker or an api
 * @throws USAGE
 */
function refuseRemote(address: string): void {
  const { hostname } = new URL(address.includes('://') ? address : `nats://${address}`)
  if (['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.')) return
  throw new SightlineError('USAGE', `${hostname} is not this machine`, {
    hint: 'Use --allow-remote if it is yours and may take the load.',
  })
}
