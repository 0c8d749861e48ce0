import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Display } from '@sightline/schemas/display'
import { DISPLAYS } from '@sightline/schemas/streams'

/** A valid, active display; every property can be set. */
export function aDisplay(change: Partial<Display> = {}): Display {
  return {
    v: 1,
    id: 'd1',
    plate: '7ABC123',
    region: null,
    priority: 'normal',
    reason: 'Seen leaving the port without inspection',
    caseRef: 'CASE-1',
    owner: 'analyst',
    state: 'active',
    createdAt: '2026-01-01T00:00:00.000Z',
    noticeConfirmedAt: '2026-01-01T00:00:00.000Z',
    validatedAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2027-01-01T00:00:00.000Z',
    ...change,
  }
}

/** The same in the bucket. */
export async function putDisplay(admin: NatsConnection, change: Partial<Display> = {}): Promise<void> {
  const value = aDisplay(change)
  await (await new Kvm(jetstream(admin)).open(DISPLAYS)).put(value.id, JSON.stringify(value))
}
