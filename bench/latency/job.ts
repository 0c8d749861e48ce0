/** Subject of messages without content. */
export const BARE_SUBJECT = 'bench.latency'

/** A sending job; the process does one after another. */
export interface Job {
  servers: string
  keys: string
  /** Name of the broker's user that sends. */
  user: string
  perSecond: number
  seconds: number
  /** Timed messages per second: planted hits, or bare messages. */
  timed: number
  /** Prefix of the reads' ids; without it, only bytes are sent to BARE_SUBJECT, and not stored. */
  ids?: string
}

export interface Sent {
  /**
   * Id (for bare messages, the reply subject) of each timed message, when it was due and when it was passed to the socket.
   */
  timed: { id: string; due: number; sent: number }[]
  sent: number
  acknowledged: number
}
