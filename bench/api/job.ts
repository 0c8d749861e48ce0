/** Messages between the processes of `bench api`. */

export const VENDOR = 'bench'
export const PLATE = '7ABC123'
export const MATTER = { caseRef: 'BENCH-1', purpose: 'Whereabouts of the vehicle after the seizure' }

export interface VendorJob {
  /** Number of reads in an answer. */
  rows: number
}

export interface VendorAddress {
  url: string
}

/** Where the sender sends its queries, and as whom. */
export interface Target {
  url: string
  vendorUrl: string
  /** Sessions of analysts with a case, who take turns. */
  cookies: readonly string[]
}

export interface SendJob extends Target {
  /** Queries per second through the api; the same number directly. */
  rate: number
  seconds: number
}

/** Milliseconds, query by query. */
export interface Sent {
  /** From the time when a query through the api was due until its answer was complete. */
  api: number[]
  /** The same for the vendor, asked directly. */
  direct: number[]
  /** From the time when a query was due until it was written to the socket, for both routes. */
  late: number[]
}
