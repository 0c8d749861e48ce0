import type { NatsConnection } from '@nats-io/transport-node'
import type { Latencies } from '../../cli/replay/latencies.ts'
import { timetable, waiter } from '../../cli/replay/pace.ts'

const SUBJECT = 'bench.latency'
const NEVER = new AbortController().signal
/** Messages between two moments at which the socket is waited for. */
const WINDOW = 1000

/**
 * The yardstick: publish → subscribe through the broker and nothing else, at the pace and size of the reads.
 * @param every latency is taken of every so many messages, as of the planted hits
 */
export async function measureBare(
  { publisher, subscriber }: { publisher: NatsConnection; subscriber: NatsConnection },
  { perSecond, seconds, bytes, every }: { perSecond: number; seconds: number; bytes: number; every: number },
  latencies: Latencies,
): Promise<void> {
  const count = perSecond * seconds
  const dueOf = timetable({ kind: 'rate', perSecond })
  const wait = waiter(NEVER)
  const payload = new Uint8Array(bytes)
  const due = new Map<string, number>()
  const subscription = subscriber.subscribe(SUBJECT, {
    callback: (_error, { reply }) => {
      const at = due.get(reply ?? '')
      if (at !== undefined) latencies.record(performance.now() - at)
    },
  })
  await subscriber.flush()
  const begun = performance.now()
  for (let n = 0; n < count; n++) {
    const at = begun + dueOf('')
    await wait(at)
    if (n % every !== 0) publisher.publish(SUBJECT, payload)
    else {
      due.set(`n.${n}`, at)
      publisher.publish(SUBJECT, payload, { reply: `n.${n}` })
    }
    if (n % WINDOW === 0) await publisher.flush()
  }
  await publisher.flush()
  await subscriber.flush()
  subscription.unsubscribe()
}
