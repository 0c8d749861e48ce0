import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { loadSeal } from '@sightline/api/shared/seal'
import { PATIENT, quiet } from './broker.ts'

/** Puts values into sealed buckets as an api would. @param keys folder of the broker's keys */
export function sealedWriter(admin: NatsConnection, keys: string) {
  const seal = loadSeal(keys, quiet)
  return async (bucket: string, key: string, value: object): Promise<void> => {
    const kv = await new Kvm(jetstream(admin, PATIENT)).open(bucket)
    await kv.put(key, (await seal).close(bucket, key, JSON.stringify(value)))
  }
}

/** A sealed bucket as the tests see it: values in and out, unsealed. */
export async function sealedBucket(admin: NatsConnection, keys: string, bucket: string) {
  const kv = await new Kvm(jetstream(admin, PATIENT)).open(bucket)
  const write = sealedWriter(admin, keys)
  const seal = await loadSeal(keys, quiet)
  return {
    put: (key: string, value: object) => write(bucket, key, value),
    delete: (key: string) => kv.delete(key),
    async get<T>(key: string): Promise<T | undefined> {
      const entry = await kv.get(key)
      if (entry?.operation !== 'PUT') return undefined
      return JSON.parse(Buffer.from(seal.open(bucket, key, entry.value)).toString()) as T
    },
  }
}
