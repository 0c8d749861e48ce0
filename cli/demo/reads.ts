import type { NatsConnection } from '@nats-io/transport-node'
import { followDirect } from '@sightline/broker/follow-direct'
import { type Link, openLink } from '@sightline/broker/link'
import { checkRead } from '@sightline/schemas/origin'
import { CANARY_SOURCE, type Read, readParser } from '@sightline/schemas/read'
import { allReadStreams } from '@sightline/schemas/streams'

/** Delay that a person does not notice, milliseconds. */
const EVERY_MS = 200

/**
 * Shows every new read of the agency and some vendors, until `signal` is aborted; the matcher handles malformed and
 * forged ones.
 */
export async function followReads(
  connection: NatsConnection,
  vendors: readonly string[],
  onRead: (read: Read) => void,
  signal: AbortSignal,
): Promise<void> {
  const link = await openLink(connection, 'MATCHER')
  await Promise.all(allReadStreams({ vendors }).map((stream) => followStream(link, stream, onRead, signal)))
}

async function followStream(
  link: Link,
  stream: string,
  onRead: (read: Read) => void,
  signal: AbortSignal,
): Promise<void> {
  const from = (await link.manager.streams.info(stream)).state.last_seq + 1
  void (async () => {
    const options = { stream, from, batch: 1000, everyMs: EVERY_MS, signal }
    for await (const batch of followDirect(link, options)) {
      for (const message of batch) {
        try {
          const read = readParser.parseJson(message.data)
          checkRead(read, message)
          if (read.source !== CANARY_SOURCE) onRead(read)
        } catch {
          // The matcher rejects it, with the reason.
        }
      }
    }
  })()
}
