import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Mutated } from './mutate.ts'

/** On their way at a time. */
const AT_ONCE = 500

/**
 * Stores mutated messages, as far as the broker takes them: what no stream takes is nothing that a consumer has to live
 * through.
 * @param subjectOf for the n-th
 * @returns how many are stored
 */
export async function storeAll(
  admin: NatsConnection,
  messages: Iterable<Mutated>,
  subjectOf: (n: number) => string,
): Promise<number> {
  const js = jetstream(admin)
  let batch: Promise<unknown>[] = []
  let stored = 0
  let n = 0
  const settle = async () => {
    const settled = await Promise.allSettled(batch)
    stored += settled.filter(({ status }) => status === 'fulfilled').length
    batch = []
  }
  for (const { payload, headers } of messages) {
    const options = { timeout: 20_000, ...(headers && { headers }) }
    batch.push(js.publish(subjectOf(n++), payload, options))
    if (batch.length === AT_ONCE) await settle()
  }
  await settle()
  return stored
}
