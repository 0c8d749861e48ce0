/** What the processes of `bench api` tell one another. */

export const VENDOR = 'bench'
export const PLATE = '7ABC123'
export const MATTER = { caseRef: 'BENCH-1', purpose: 'Whereabouts of the vehicle after the seizure' }

export interface VendorJob {
  /** Reads of an answer. */
  rows: number
}

export interface VendorAddress {
  url: string
}

/** Where the sender asks, and who. */
export interface Target {
  url: string
  vendorUrl: string
  /** Of analysts with a case, who ask in turn. */
  cookies: readonly string[]
}

export interface SendJob extends Target {
  /** Queries a second, through the api; as many directly. */
  rate: number
  seconds: number
}

/** Milliseconds, query by query. */
export interface Sent {
  /** From when a query through the api was due to its whole answer. */
  api: number[]
  /** The same of the vendor, asked directly. */
  direct: number[]
  /** From when a query was due until it was handed to the socket, either way. */
  late: number[]
}
