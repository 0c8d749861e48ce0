import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { loadSeal } from '../../api/stores/seal.ts'
import { quiet } from './broker.ts'

/** Puts values into sealed buckets as an api would. @param keys folder of the broker's keys */
export function sealedWriter(admin: NatsConnection, keys: string) {
  const seal = loadSeal(keys, quiet)
  return async (bucket: string, key: string, value: object): Promise<void> => {
    const kv = await new Kvm(jetstream(admin)).open(bucket)
    await kv.put(key, (await seal).close(bucket, key, JSON.stringify(value)))
  }
}
