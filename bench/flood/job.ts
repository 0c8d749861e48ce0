/** Messages between the processes of `bench flood`. */

export type FloodJob = { open: OpenJob } | { account: AccountJob }

/** Opens one stream of alerts for each cookie. */
export interface OpenJob {
  url: string
  cookies: readonly string[]
  /** Alerts that will be sent; each has a place in the account of every console. */
  alerts: number
}

/** Waits until every console has everything, or for so long, and counts. */
export interface AccountJob {
  /** Sequence of the first alert of the flood in the stream. */
  first: number
  /** When each alert was handed to the broker, milliseconds of the machine's clock. */
  sentAt: readonly number[]
  patienceMs: number
}

/** Answer to both jobs; empty for the first. */
export interface Account {
  /** From an alert handed to the broker until a console received it, milliseconds. */
  p50: number
  p95: number
  p99: number
  most: number
  received: number
  lost: number
  doubled: number
  /** Milliseconds until the last console had the last alert, from the first one sent. */
  took: number
  /** Consoles whose connection ended, each of which resumed. */
  resumed: number
}

/** Milliseconds, the same for all processes of the machine. */
export const machineNow = (): number => performance.timeOrigin + performance.now()

export const ascending = (all: readonly number[]): Float64Array => Float64Array.from(all).sort()

/** The value below which this share of ascending values lies; NaN of nothing. */
export const shareOf = (all: Float64Array, share: number): number =>
  all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? Number.NaN
