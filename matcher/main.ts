import type { JsMsg } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { headers } from '@nats-io/transport-node'
import { connectBroker, disconnect } from '../broker/connect.ts'
import { follow } from '../broker/follow.ts'
import { type Link, openLink } from '../broker/link.ts'
import { publishUntilStored, untilDone } from '../broker/publish.ts'
import { type Clock, systemClock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/log.ts'
import type { SightlineError } from '../schemas/errors.ts'
import type { Read } from '../schemas/read.ts'
import { DISPLAYS, POSITIONS, READS } from '../schemas/streams.ts'
import { alertSubject, REJECT_HEADERS, rejectSubject } from '../schemas/subjects.ts'
import { alertOf } from './alert.ts'
import { createApproaches } from './approach.ts'
import { followDisplays, loadDisplay } from './displays.ts'
import { createDisplayIndex, type Match } from './index/index.ts'
import { judge } from './judge.ts'
import { keepPosition, loadPosition } from './position.ts'
import { loadRecogniserFacts } from './recogniser-facts.ts'

export interface MatcherOptions {
  servers: string | string[]
  keys: string
  log: Logger
  clock?: Clock
}

export interface Matcher {
  /** What the matcher has done since its start. */
  counts: Readonly<Counts>
  /** Number of displays in the index. */
  displays(): number
  /** Whether the broker is connected, so that reads can be judged. */
  healthy(): boolean
  /** Finishes what is in hand, stores the position, and disconnects. */
  close(): Promise<void>
}

interface Counts {
  reads: number
  alerts: number
  refused: number
  foreign: number
}

/** Messages asked for ahead of the work; bounds the matcher's memory. */
const IN_FLIGHT = 10_000

/**
 * Wires the matcher: displays into the index, reads through it, alerts out. The position moves past a
 * read only after its alerts are stored.
 */
export async function startMatcher({
  servers,
  keys,
  log,
  clock = systemClock,
}: MatcherOptions): Promise<Matcher> {
  const connection = await connectBroker({ servers, keys, user: 'matcher' }, log)
  const link = await openLink(connection)
  const { js } = link
  const index = createDisplayIndex(await loadRecogniserFacts())
  const approaches = createApproaches()
  const counts: Counts = { reads: 0, alerts: 0, refused: 0, foreign: 0 }
  const stopping = new AbortController()

  function setAside(
    payload: Uint8Array,
    error: SightlineError,
    subject: string,
    sequence: number,
  ): Promise<unknown> {
    counts.refused++
    log.warn(
      { code: error.code, reason: error.message, subject, sequence },
      'set aside a message that is not valid',
    )
    const h = headers()
    h.set(REJECT_HEADERS.code, error.code)
    h.set(REJECT_HEADERS.reason, error.message)
    h.set(REJECT_HEADERS.subject, subject)
    h.set(REJECT_HEADERS.sequence, String(sequence))
    const options = { msgID: `${subject}-${sequence}`, headers: h }
    return publishUntilStored(js, rejectSubject('matcher'), payload, options, stopping.signal)
  }

  const kv = await new Kvm(js).open(DISPLAYS)
  const watch = await followDisplays(kv, index, ({ key, value, error }) => {
    void setAside(value, error, `$KV.${DISPLAYS}.${key}`, 0).catch(() => {})
  })
  await watch.ready
  log.info({ displays: index.size }, 'displays loaded')

  function handle(message: JsMsg): Promise<unknown> | undefined {
    counts.reads++
    const verdict = judge(message.data, index, clock())
    switch (verdict.kind) {
      case 'nothing':
        return undefined
      case 'foreign':
        counts.foreign++
        return undefined
      case 'refused':
        return setAside(message.data, verdict.error, message.subject, message.seq)
      case 'matches': {
        const { read, matches } = verdict
        const storedAt = message.time.getTime()
        return Promise.all(matches.map((match) => raise(match, read, storedAt)))
      }
    }
  }

  /** The index holds what decides a match; the rest of the display is fetched for the few that do. */
  async function raise(match: Match, read: Read, storedAt: number): Promise<void> {
    const display = await untilDone(() => loadDisplay(kv, match.id), stopping.signal)
    if (!display) return
    const approach = approaches.see(display, read)
    const alert = alertOf(match, display, read, approach, storedAt, clock())
    if (!alert) return
    counts.alerts++
    const text = JSON.stringify(alert)
    await publishUntilStored(js, alertSubject(match.id), text, { msgID: alert.id }, stopping.signal)
  }

  const positions = await new Kvm(js).open(POSITIONS)
  const from = await startSequence(link, await loadPosition(positions), log)
  const position = keepPosition(positions, log)
  const enough = new AbortController()
  const consuming = (async () => {
    const messages = follow(link, { stream: READS, from, inFlight: IN_FLIGHT, signal: enough.signal })
    for await (const message of messages) position.reached(message.seq, handle(message))
  })()

  return {
    counts,
    displays: () => index.size,
    healthy: link.connected,
    async close() {
      enough.abort()
      await consuming
      const giveUp = setTimeout(() => stopping.abort(new Error('the matcher is stopping')), 5000)
      await position.save().catch(() => {})
      clearTimeout(giveUp)
      watch.stop()
      await disconnect(connection)
    },
  }
}

/** The first sequence to judge: the one after the stored position, or all when the stream was made anew. */
async function startSequence({ manager }: Link, position: number, log: Logger): Promise<number> {
  const { state } = await manager.streams.info(READS)
  if (position <= state.last_seq) return position + 1
  log.warn(
    { position, last: state.last_seq },
    'the stored position is beyond the stream: judging it from its start',
  )
  return 1
}
