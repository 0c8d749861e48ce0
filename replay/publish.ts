import type { NatsConnection } from '@nats-io/transport-node'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { SightlineError } from '@sightline/schemas/errors'
import { readSubject } from '@sightline/schemas/subjects'
import type { Identity } from './identity.ts'
import type { Line } from './line.ts'
import { type Pace, timetable, waiter } from './pace.ts'
import type { OnRefused, Source } from './source.ts'

export interface PublishOptions {
  /** Whom the connection belongs to. */
  user: string
  source: Source
  pace: Pace
  identity: Identity
  /** Most reads to publish, and longest time to publish in (milliseconds). */
  most: { reads: number; ms: number }
  /** Ends the stream; what was sent is still waited for, a little. */
  signal: AbortSignal
  onRefused: OnRefused
  /** Told of each read just before it is sent. @param due milliseconds of `performance.now()` */
  onDue: (read: Line, due: number) => void
  /** Told of each read that the stream has stored. */
  onStored: () => void
}

export interface Published {
  published: number
  /** Of those, how many the stream had already. */
  duplicates: number
  /** How many were sent again, for want of an answer. */
  resent: number
  /** Lines that are no reads. */
  refused: number
  /** From the first read's moment to the last acknowledgement. */
  seconds: number
  /** What ended the stream before its end. */
  stopped: 'reads' | 'time' | 'signal' | null
  /** Greatest delay between the moment that a read was due and that it was sent, milliseconds. */
  lateMs: number
}

/**
 * Publishes a stream of reads, each when it is due, and waits until all are stored.
 * @throws BROKER_DENIED, BROKER_FAILED, BROKER_UNREACHABLE when the acknowledgements do not come
 */
export async function publishReads(connection: NatsConnection, options: PublishOptions): Promise<Published> {
  const { user, source, pace, identity, most, signal, onRefused, onDue, onStored } = options
  let refused = 0
  let lateMs = 0
  let stopped: Published['stopped'] = null
  const begun = performance.now()
  const begunAt = Date.now()

  async function* messages(): AsyncGenerator<Outgoing, void> {
    const dueOf = timetable(pace)
    const wait = waiter(signal)
    const lines = source.lines((place, error) => {
      refused++
      onRefused(place, error)
    })
    let n = 0
    for await (const recorded of lines) {
      const due = dueOf(recorded.seenAt)
      if (n === most.reads) stopped = 'reads'
      else if (Math.max(due, performance.now() - begun) > most.ms) stopped = 'time'
      else await wait(begun + due)
      if (signal.aborted) stopped = 'signal'
      if (stopped) return
      const read = identity.renew(recorded, n++, begunAt + due)
      onDue(read, begun + due)
      lateMs = Math.max(lateMs, performance.now() - begun - due)
      const subject = readSubject(read.source, read.camera.id)
      yield { subject, payload: Buffer.from(read.text), msgID: read.id }
    }
  }

  const patience = patienceOf(signal, most.ms)
  try {
    const acknowledged = { user, signal: patience.signal, onStored }
    const { stored, duplicates, resent } = await publishAll(connection, messages(), acknowledged)
    const seconds = (performance.now() - begun) / 1000
    return { published: stored, duplicates, resent, refused, seconds, stopped, lateMs }
  } finally {
    patience.end()
  }
}

/** How long acknowledgements are waited for once the stream has ended. */
const PATIENCE_MS = 30_000
/** The same when somebody has stopped the run. */
const PATIENCE_STOPPED_MS = 3000
/** What setTimeout can. */
const MOST_TIMER_MS = 2 ** 31 - 1

/** A broker that is away is tried again, but not for ever: ends what waits for it, some time after the stream's end. */
function patienceOf(stopped: AbortSignal, streamMs: number) {
  const lost = new AbortController()
  const giveUp = () =>
    lost.abort(
      new SightlineError('BROKER_UNREACHABLE', 'the broker does not acknowledge all reads', {
        hint: 'Is it running, and has its stream of reads room? Its log tells.',
      }),
    )
  let timer = setTimeout(giveUp, Math.min(streamMs + PATIENCE_MS, MOST_TIMER_MS))
  const hurry = () => {
    clearTimeout(timer)
    timer = setTimeout(giveUp, PATIENCE_STOPPED_MS)
  }
  stopped.addEventListener('abort', hurry)
  const end = () => {
    clearTimeout(timer)
    stopped.removeEventListener('abort', hurry)
  }
  return { signal: lost.signal, end }
}
