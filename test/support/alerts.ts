import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Alert, alertParser } from '@sightline/schemas/alert'
import { type SightingCount, sightingCountParser } from '@sightline/schemas/sighting-count'
import { ALERTS, SIGHTINGS } from '@sightline/schemas/streams'

/** Every alert on the stream, in its order. */
export const storedAlerts = (admin: NatsConnection): Promise<Alert[]> =>
  stored(admin, ALERTS, alertParser.parseJson)

/** The latest count of each alert that has one. */
export const storedSightings = (admin: NatsConnection): Promise<SightingCount[]> =>
  stored(admin, SIGHTINGS, sightingCountParser.parseJson)

async function stored<T>(
  admin: NatsConnection,
  stream: string,
  parse: (data: Uint8Array) => T,
): Promise<T[]> {
  const manager = await jetstreamManager(admin)
  const { state } = await manager.streams.info(stream)
  const found: T[] = []
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await manager.streams.getMessage(stream, { seq })
    if (message) found.push(parse(message.data))
  }
  return found
}
