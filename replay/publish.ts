import type { NatsConnection } from '@nats-io/transport-node'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { SightlineError } from '@sightline/schemas/errors'
import { readSubject, testReadSubject } from '@sightline/schemas/subjects'
import type { Identity } from './identity.ts'
import type { Line } from './line.ts'
import { type Pace, timetable, waiter } from './pace.ts'
import type { OnRefused, Source } from './source.ts'

/** The broker user of load tests: it may publish test traffic, and no other (schemas/accounts.ts). */
const TESTER = 'replay'

export interface PublishOptions {
  /** User of the connection. */
  user: string
  source: Source
  pace: Pace
  identity: Identity
  /** Limits of reads to publish, and of time to publish in (milliseconds). */
  most: { reads: number; ms: number }
  /** Ends the stream; then waits a little for messages already sent. */
  signal: AbortSignal
  onRefused: OnRefused
  /** Called for each read just before it is sent. @param due milliseconds of `performance.now()` */
  onDue: (read: Line, due: number) => void
  /** Called for each read that the stream has stored. */
  onStored: () => void
}

export interface Published {
  published: number
  /** Number of those that the stream already had. */
  duplicates: number
  /** Number of reads sent again, because no answer came. */
  resent: number
  /** Number of lines that are not reads. */
  refused: number
  /** From the first read's due time to the last acknowledgement. */
  seconds: number
  /** Why the stream ended early. */
  stopped: 'reads' | 'time' | 'signal' | null
  /** Largest delay between when a read was due and when it was sent, milliseconds. */
  lateMs: number
}

/**
 * Publishes a stream of reads, each when it is due, and waits until all are stored.
 * @throws BROKER_DENIED, BROKER_FAILED, BROKER_UNREACHABLE when acknowledgements do not come
 */
export async function publishReads(connection: NatsConnection, options: PublishOptions): Promise<Published> {
  const { user, source, pace, identity, most, signal, onRefused, onDue, onStored } = options
  let refused = 0
  let lateMs = 0
  let stopped: Published['stopped'] = null
  const subjectOf = user === TESTER ? testReadSubject : readSubject
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
      const subject = subjectOf(read.source, read.camera.id)
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

/** How long to wait for acknowledgements after the stream has ended. */
const PATIENCE_MS = 30_000
/** The same when the run was stopped. */
const PATIENCE_STOPPED_MS = 3000
/** Limit of setTimeout. */
const MOST_TIMER_MS = 2 ** 31 - 1

/**
 * While the broker is down, publishing is retried, but not forever: this aborts it some time after the stream's end.
 */
function patienceOf(stopped: AbortSignal, streamMs: number) {
  const lost = new AbortController()
  const giveUp = () =>
    lost.abort(
      new SightlineError('BROKER_UNREACHABLE', 'the broker did not acknowledge all reads', {
        hint: 'Check that it is running, and that its stream of reads has space. See its log.',
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
