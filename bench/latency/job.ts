/** Subject of bare bytes. */
export const BARE_SUBJECT = 'bench.latency'

/** What is to be sent; the process does one after another. */
export interface Job {
  servers: string
  keys: string
  /** Name of the broker's user that sends. */
  user: string
  perSecond: number
  seconds: number
  /** Messages a second that are timed: planted hits, or of `bare` some. */
  timed: number
  /** Ids of the reads begin with it; without it nothing but bytes is sent, to BARE_SUBJECT, and not stored. */
  ids?: string
}

export interface Sent {
  /** Id (of bare bytes the reply subject) of each timed message, when it was due and when it was handed to the socket. */
  timed: { id: string; due: number; sent: number }[]
  sent: number
  acknowledged: number
}
