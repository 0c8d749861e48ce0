import type { NatsConnection } from '@nats-io/transport-node'
import { followDirect } from '../../broker/follow-direct.ts'
import { openLink } from '../../broker/link.ts'
import { type Read, readReader } from '../../schemas/read.ts'
import { READS } from '../../schemas/streams.ts'

/** What a person does not notice, milliseconds. */
const EVERY_MS = 200

/** Shows every read that the broker stores from now on, until `signal` is aborted; malformed ones are the matcher's business. */
export async function followReads(
  connection: NatsConnection,
  onRead: (read: Read) => void,
  signal: AbortSignal,
): Promise<void> {
  const link = await openLink(connection, 'MATCHER')
  const from = (await link.manager.streams.info(READS)).state.last_seq + 1
  void (async () => {
    const options = { stream: READS, from, batch: 1000, everyMs: EVERY_MS, signal }
    for await (const batch of followDirect(link, options)) {
      for (const { data } of batch) {
        try {
          onRead(readReader.parseJson(data))
        } catch {
          // Set aside by the matcher, with its reason.
        }
      }
    }
  })()
}
