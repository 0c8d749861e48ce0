import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { KV } from '@nats-io/kv'
import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { createParser, Token } from '@sightline/schemas/message'
import { LEASE_MS, LEASES } from '@sightline/schemas/streams'
import Type, { type Static } from 'typebox'

export interface LeaseParts {
  link: Link
  /** The bucket LEASES. */
  kv: KV
  /** Name of this matcher among the others; one that starts under the same name takes over immediately. */
  name: string
  /** All partitions: streams of reads. */
  partitions: readonly string[]
  /** This matcher has gained a partition. */
  onGained(partition: string): void
  /** This matcher has lost it, from this very moment. */
  onLost(partition: string): void
  /** Requests an orderly release; the partition is free for others when the promise settles. */
  onRelease(partition: string): Promise<void>
  /** Another matcher with this name has started since; this one no longer holds anything. */
  onSuperseded(): void
  log: Logger
}

export interface Leases {
  /** Releases all partitions in order, and leaves. */
  close(): Promise<void>
}

/** Interval of renewal: three renewals may fail before the lease ends. */
const RENEW_MS = 1500
/** A holder considers its lease over this much earlier than the broker does. */
const MARGIN_MS = 500

/** `run` distinguishes runs under one name. */
const Holder = Type.Object({ name: Token, run: Token })
type Holder = Static<typeof Holder>
export const leaseParser = createParser('lease', Holder)

interface Found {
  /** Null: the entry was not written by a matcher. It belongs to nobody, and is free when the broker drops it. */
  holder: Holder | null
  revision: number
}

interface Lease {
  /** Revision of its entry, for compare-and-set. */
  revision: number
  /** Ends the lease when renewal comes too late. */
  timer: NodeJS.Timeout | undefined
  releasing: boolean
}

const memberKey = (name: string) => `member.${name}`
const leaseKey = (partition: string) => `partition.${partition}`

/**
 * Distributes the partitions among the running matchers. A partition belongs to the matcher that created its entry in
 * the bucket and renews it by compare-and-set. The broker drops an entry that is not renewed, by its own clock, and
 * another matcher may create it. The holder counts the same time from before its request, so it has stopped when the
 * entry is free. Should two ever handle the same reads, they raise the same alerts.
 * @returns after the first round: a single matcher then holds everything
 */
export async function holdPartitions(parts: LeaseParts): Promise<Leases> {
  const { link, kv, name, partitions, log } = parts
  const me: Holder = { name, run: randomUUID() }
  const value = JSON.stringify(me)
  const held = new Map<string, Lease>()
  const stopping = new AbortController()
  /** Revision of this matcher's entry among the members; undefined before the first round. */
  let presence: number | undefined
  /** Whether the first round is done. */
  let settled = false
  let superseded = false

  function hold(partition: string, revision: number, askedAt: number): void {
    const lease = held.get(partition) ?? { revision, timer: undefined, releasing: false }
    lease.revision = revision
    clearTimeout(lease.timer)
    const left = askedAt + LEASE_MS - MARGIN_MS - performance.now()
    lease.timer = setTimeout(() => lose(partition, 'it could not be renewed in time'), left)
    if (held.has(partition)) return
    held.set(partition, lease)
    log.info({ partition }, 'acquired a partition')
    parts.onGained(partition)
  }

  function lose(partition: string, reason: string): void {
    const lease = held.get(partition)
    if (!lease) return
    clearTimeout(lease.timer)
    held.delete(partition)
    log.warn({ partition, reason }, 'lost a partition')
    parts.onLost(partition)
  }

  async function release(partition: string): Promise<void> {
    const lease = held.get(partition)
    if (!lease || lease.releasing) return
    lease.releasing = true
    try {
      await parts.onRelease(partition)
    } catch (error) {
      // No longer renewed; the next holder repeats what could not be finished.
      return lose(partition, `it could not be finished: ${(error as Error).message}`)
    }
    if (held.get(partition) !== lease) return
    clearTimeout(lease.timer)
    held.delete(partition)
    await kv.delete(leaseKey(partition), { previousSeq: lease.revision })
    log.info({ partition }, 'released a partition')
  }

  async function holderOf(key: string): Promise<Found | null> {
    const entry = await kv.get(key)
    if (entry?.operation !== 'PUT') return null
    return { holder: holderIn(entry.value), revision: entry.revision }
  }

  function holderIn(value: Uint8Array): Holder | null {
    try {
      return leaseParser.parseJson(value)
    } catch {
      log.warn({ bytes: value.length }, 'left out a malformed lease entry')
      return null
    }
  }

  /** Takes or renews a lease; undefined when another matcher was first. */
  async function write(partition: string, revision: number | undefined): Promise<number | undefined> {
    const key = leaseKey(partition)
    try {
      return await (revision === undefined ? kv.create(key, value) : kv.update(key, value, revision))
    } catch (error) {
      if (error instanceof JetStreamApiError) return undefined
      throw error
    }
  }

  async function renew(partition: string, lease: Lease): Promise<void> {
    const askedAt = performance.now()
    const renewed = await write(partition, lease.revision)
    // Refused: another's now, or gone, or renewed by a call whose answer was lost.
    const found = renewed === undefined ? await holderOf(leaseKey(partition)) : null
    if (held.get(partition) !== lease) return
    if (renewed !== undefined) hold(partition, renewed, askedAt)
    else if (found?.holder?.run === me.run) lease.revision = found.revision
    else lose(partition, found?.holder ? `${found.holder.name} holds it` : 'it had ended')
  }

  async function claim(partition: string, found: Found | null): Promise<void> {
    const askedAt = performance.now()
    const revision = await write(partition, found?.revision)
    if (revision !== undefined && !stopping.signal.aborted) hold(partition, revision, askedAt)
  }

  /** What this matcher took without receiving the answer belongs to it, and at its start what an earlier run held. */
  const isMine = ({ name: other, run }: Holder) => run === me.run || (!settled && other === name)

  /** @returns false when another matcher with this name has started since */
  async function bePresent(): Promise<boolean> {
    const key = memberKey(name)
    try {
      // At first any existing entry is from an earlier run, or must give way.
      presence = await (presence === undefined ? kv.put(key, value) : kv.update(key, value, presence))
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) throw error
      const found = await holderOf(key)
      if (found?.holder && found.holder.run !== me.run) return false
      if (!found) presence = await kv.create(key, value)
      else presence = found.holder ? found.revision : await kv.update(key, value, found.revision)
    }
    return true
  }

  async function round(): Promise<void> {
    if (!(await bePresent())) return supersede()
    for (const [partition, lease] of [...held]) await renew(partition, lease)

    const free: [string, Found | null][] = []
    const counts = new Map([[name, held.size]])
    for (const partition of partitions) {
      if (held.has(partition)) continue
      const found = await holderOf(leaseKey(partition))
      const holder = found?.holder
      if (!found || (holder && isMine(holder))) free.push([partition, found])
      else if (holder) counts.set(holder.name, (counts.get(holder.name) ?? 0) + 1)
    }
    const share = shareOf(name, partitions.length, await members(), counts)
    for (const partition of [...held.keys()].slice(share)) {
      release(partition).catch((error: Error) =>
        log.warn({ partition, reason: error.message }, 'cannot release a partition'),
      )
    }
    for (const [partition, found] of free) {
      if (held.size < share) await claim(partition, found)
    }
    settled = true
  }

  /** Names of the matchers with an entry at the broker; a matcher that left has a deletion marker. */
  async function members(): Promise<string[]> {
    const prefix = `$KV.${LEASES}.${memberKey('')}`
    const { state } = await link.manager.streams.info(`KV_${LEASES}`, { subjects_filter: `${prefix}*` })
    const names = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length))
    const present = await Promise.all(names.map((other) => holderOf(memberKey(other))))
    return names.filter((other, n) => present[n]?.holder?.name === other)
  }

  function supersede(): void {
    superseded = true
    for (const partition of [...held.keys()]) lose(partition, `another matcher named ${name} has started`)
    parts.onSuperseded()
  }

  async function keepGoing(): Promise<void> {
    while (!stopping.signal.aborted && !superseded) {
      await pause(RENEW_MS, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      await tryRound()
    }
  }

  const tryRound = () =>
    round().catch((error: Error) =>
      log.warn({ reason: error.message }, 'could not renew the leases; trying again'),
    )

  await tryRound()
  const going = keepGoing()
  return {
    async close() {
      stopping.abort()
      await going
      await Promise.all([...held.keys()].map((partition) => release(partition).catch(() => {})))
      for (const { timer } of held.values()) clearTimeout(timer)
      if (!superseded) await kv.delete(memberKey(name), { previousSeq: presence ?? 0 }).catch(() => {})
    },
  }
}

/**
 * How many partitions a matcher may hold, so that all hold the same number or one more. Pure; each matcher computes it
 * from what the broker shows, and they agree as soon as they see the same. A matcher with one more keeps it, so that
 * few partitions move when a matcher comes or goes.
 * @param partitions how many there are
 * @param members names of the running matchers
 * @param held partitions that each of them holds now
 */
export function shareOf(
  name: string,
  partitions: number,
  members: Iterable<string>,
  held: ReadonlyMap<string, number>,
): number {
  const all = new Set(members).add(name)
  const least = Math.floor(partitions / all.size)
  const extra = partitions % all.size
  const above = [...all].filter((member) => (held.get(member) ?? 0) > least).sort()
  const place = above.indexOf(name)
  const mayHaveMore = place >= 0 ? place < extra : above.length < extra
  return mayHaveMore ? least + 1 : least
}
