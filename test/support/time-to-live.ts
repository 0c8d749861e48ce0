import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'

/** For how long the broker keeps each entry of a bucket, seconds, by key; null of one that it keeps longer. */
export async function timesToLive(
  connection: NatsConnection,
  bucket: string,
): Promise<Record<string, number | null>> {
  const manager = await jetstreamManager(connection)
  const prefix = `$KV.${bucket}.`
  const { state } = await manager.streams.info(`KV_${bucket}`, { subjects_filter: `${prefix}>` })
  const found: Record<string, number | null> = {}
  for (const subject of Object.keys(state.subjects ?? {})) {
    const message = await manager.streams.getMessage(`KV_${bucket}`, { last_by_subj: subject })
    const ttl = message?.header?.get('Nats-TTL')
    if (message) found[subject.slice(prefix.length)] = ttl ? Number.parseInt(ttl, 10) : null
  }
  return found
}
