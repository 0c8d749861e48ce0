import type { NatsConnection } from '@nats-io/transport-node'
import { type Read, readReader } from '../../schemas/read.ts'

/** Shows every read as it passes through the broker; malformed ones are the matcher's business. */
export function followReads(connection: NatsConnection, onRead: (read: Read) => void): void {
  connection.subscribe('reads.*.*', {
    callback: (error, message) => {
      if (error) return
      try {
        onRead(readReader.parseJson(message.data))
      } catch {
        // Set aside by the matcher, with its reason.
      }
    },
  })
}
