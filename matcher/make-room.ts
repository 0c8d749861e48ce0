import type { Link } from '@sightline/broker/link'
import { createReadsStates, type ReadsState, readsTrouble } from '@sightline/broker/reads-state'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { JUDGED_SHARE } from '@sightline/schemas/reads-room'
import { POSITIONS, positionIn, positionKey } from '@sightline/schemas/streams'

/**
 * Removes judged reads from their streams, so that a stream is full only when a process that needs its reads is behind. A
 * full stream refuses new reads, and otherwise only age deletes reads, after a day: a busy day would make the stream refuse
 * the next day's reads.
 */

/** State of a stream. */
export interface StreamRoom {
  messages: number
  bytes: number
  first: number
  last: number
  /** Maximum size, bytes. */
  maxBytes: number
}

/** Above this share of the stream, judged reads keep only `LEAST_SHARE`. */
const TIGHT = 0.75
const LEAST_SHARE = 1 / 64
/** Removing less than this share is not worth a request. */
const STEP_SHARE = 1 / 64

/**
 * Up to which sequence to remove a stream's reads; 0: none. One read always stays, so that the stream knows its end.
 * @param done sequence up to which nobody needs them any more
 */
export function judgedToDrop({ messages, bytes, first, last, maxBytes }: StreamRoom, done: number): number {
  // A position beyond the end belongs to an earlier stream of this name.
  if (messages === 0 || maxBytes <= 0 || done > last || done < first) return 0
  const mean = bytes / messages
  const isTight = bytes > TIGHT * maxBytes
  const kept = Math.max(1, Math.floor(((isTight ? LEAST_SHARE : JUDGED_SHARE) * maxBytes) / mean))
  const upTo = Math.min(done - kept, last - 1)
  const step = Math.max(1, (isTight ? 0 : STEP_SHARE * maxBytes) / mean)
  return upTo - first + 1 >= step ? upTo : 0
}

/** A process that needs the reads of a stream after a sequence. */
export interface Needs {
  /** A service of the bucket `POSITIONS`, or the name of a durable consumer. */
  who: string
  /** Sequence of the last read that it has finished. */
  done: number
}

/**
 * Which other processes need the reads of a stream: services with a position in it, and durable consumers.
 * @param link to the account of the streams; `agency` to that of the positions
 */
export async function othersInNeed(link: Link, agency: Link, stream: string): Promise<Needs[]> {
  const name = `KV_${POSITIONS}`
  const prefix = `$KV.${POSITIONS}.`
  const own = `${prefix}${positionKey('matcher', stream)}`
  const filter = `${prefix}${positionKey('*', stream)}`
  const { state } = await agency.manager.streams.info(name, { subjects_filter: filter })
  const needs: Needs[] = []
  for (const subject of Object.keys(state.subjects ?? {})) {
    if (subject === own) continue
    const message = await agency.manager.streams.getMessage(name, { last_by_subj: subject })
    if (!message || message.header.has('KV-Operation')) continue
    // Nothing is removed if a position cannot be read.
    needs.push({ who: subject.slice(prefix.length), done: positionIn(message.string()) ?? 0 })
  }
  for await (const { config, name: who, ack_floor, delivered } of link.manager.consumers.list(stream)) {
    if (config.durable_name === undefined) continue
    const done = config.ack_policy === 'none' ? delivered.stream_seq : ack_floor.stream_seq
    needs.push({ who: `consumer ${who}`, done })
  }
  return needs
}

export interface RoomParts {
  /** Name of this matcher. */
  name: string
  /** To the account of the streams. */
  link: Link
  /** To the account of the bucket `POSITIONS`. */
  agency: Link
  /** The streams that this matcher judges, each with the sequence up to which everything is judged and stored. */
  partitions(): Iterable<{ stream: string; stored(): number }>
  /** IDLE_MS without it. */
  idleMs?: number
  log: Logger
}

export interface Rooms {
  /** State of each stream. */
  states(): ReadsState[]
  /** What prevents the removal of judged reads, and which streams are behind. */
  troubles(): SightlineError[]
  close(): void
}

/** Interval at which streams are checked, milliseconds: at 20,000 reads/s each, a small one never gets half full. */
const EVERY_MS = 500

/** Interval for a stream in which nothing was judged since the last check, milliseconds. */
const IDLE_MS = 1500

/** Makes room in the streams that this matcher judges, until it is closed. It may be killed at any time. */
export function makeRoom({ name, link, agency, partitions, idleMs = IDLE_MS, log }: RoomParts): Rooms {
  const troubles = new Map<string, SightlineError>()
  const looked = new Map<string, { stored: number; at: number }>()
  const states = new Map<string, ReadsState>()
  const follow = createReadsStates()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  async function look(stream: string, stored: number): Promise<void> {
    const before = looked.get(stream)
    const at = performance.now()
    if (before?.stored === stored && at < before.at + idleMs) return
    looked.set(stream, { stored, at })
    const { state, config } = await link.manager.streams.info(stream)
    const { messages, bytes, first_seq: first, last_seq: last } = state
    const room = { messages, bytes, first, last, maxBytes: config.max_bytes }
    let slowest: Needs = { who: 'matcher', done: stored }
    const note = () => states.set(stream, follow.take({ stream, at, ...room, judged: stored, slowest }))
    if (judgedToDrop(room, stored) === 0) {
      note()
      return
    }
    try {
      for (const other of await othersInNeed(link, agency, stream)) {
        if (other.done < slowest.done) slowest = other
      }
    } finally {
      note()
    }
    const upTo = judgedToDrop(room, slowest.done)
    if (upTo > 0) await link.manager.streams.purge(stream, { seq: upTo + 1 })
  }

  function failed(stream: string, cause: Error): void {
    looked.delete(stream)
    if (closed || !link.connected()) return
    const error = new SightlineError(
      'ROOM_NOT_MADE',
      `the broker does not let judged reads make room in ${stream}: ${cause.message}`,
      {
        cause,
        hint: 'If nodes of the broker are missing, bring them back. Else write the configuration of the broker again with this version (./sightline broker init), and reload it: the matcher needs the right to remove judged reads.',
      },
    )
    if (!troubles.has(stream)) log.error({ stream, code: error.code }, `${error.message}. ${error.hint}`)
    troubles.set(stream, error)
  }

  async function round(): Promise<void> {
    const all = [...partitions()].map(({ stream, stored }) => ({ stream, stored: stored() }))
    for (const known of [troubles, states]) {
      for (const stream of known.keys()) {
        if (all.some((one) => one.stream === stream)) continue
        known.delete(stream)
        follow.forget(stream)
      }
    }
    await Promise.all(
      all.map(({ stream, stored }) =>
        look(stream, stored).then(
          () => troubles.delete(stream),
          (error: Error) => failed(stream, error),
        ),
      ),
    )
  }

  async function keepGoing(): Promise<void> {
    if (link.connected()) await round()
    if (!closed) timer = setTimeout(keepGoing, EVERY_MS)
  }

  void keepGoing()
  return {
    states: () => [...states.values()],
    troubles: () => [
      ...troubles.values(),
      ...[...states.values()].flatMap((state) => readsTrouble(state, name) ?? []),
    ],
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
