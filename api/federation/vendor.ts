import { IncomingMessage } from 'node:http'
import { steadyClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { jpegFault } from '@sightline/schemas/jpeg'
import { SIMULATED_HEADER, type VendorPictureQuery } from '@sightline/schemas/vendor-search'
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel'
import {
  exchange,
  failure,
  type NoAnswer,
  type Patience,
  parsedJson,
  readBody,
  refusalOf,
} from './exchange.ts'
import type { VendorConfig } from './vendors-file.ts'

/** The vendor's endpoints. */
export type VendorPath = '/v1/search' | '/v1/cameras' | '/v1/companions'

/** Outcome of one question. */
export type Answer =
  | { state: 'complete'; body: unknown }
  /** It broke off, or was cut: the received part, and the vendor's state in case that part is useless. */
  | { state: 'partial'; bytes: Uint8Array; reason: string; otherwise: 'unreachable' | 'late' }
  | NoAnswer

export type PictureAnswer =
  | { state: 'complete'; jpeg: Uint8Array; isSimulated: boolean }
  | { state: 'missing' }
  | NoAnswer

/** A vendor; never rejects because of the vendor, only when the caller is aborted. */
export interface Vendor {
  readonly id: string
  /** Time for its part of one page, or for an image, milliseconds. */
  readonly deadlineMs: number
  /** Whether it failed repeatedly and is not asked for a while. */
  isLeftAlone(): boolean
  ask(path: VendorPath, body: object, patience: Patience): Promise<Answer>
  picture(of: VendorPictureQuery, patience: Patience): Promise<PictureAnswer>
}

export interface VendorOptions {
  log: Logger
  /** Size limit of one answer, bytes. */
  maxBytes?: number | undefined
  /** After so many failures in a row, the vendor is not asked for `restMs`; then it is tried once. */
  failures?: number | undefined
  restMs?: number | undefined
}

/** So much longer than its rest, the breaker of a vendor has a wrong clock, milliseconds. */
const GRACE_MS = 1000

/** A vendor over HTTP, with its own circuit breaker: searches do not wait for a vendor that keeps failing. */
export function createVendor(config: VendorConfig, options: VendorOptions): Vendor {
  const { log, maxBytes = 8_000_000, failures = 5, restMs = 10_000 } = options
  const { id, deadlineMs } = config
  let breaker = newBreaker()
  /** When the vendor was last left alone, by the monotonic clock. */
  let leftAloneAt = Number.NEGATIVE_INFINITY

  function newBreaker() {
    const made = circuitBreaker(
      handleWhenResult((answer) => isFailure(answer as Answer)),
      { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(failures) },
    )
    made.onStateChange((state) => {
      if (state === CircuitState.Open) leftAloneAt = steadyClock()
      log.warn(
        { vendor: id, circuit: CircuitState[state] },
        "the state of a vendor's circuit breaker changed",
      )
    })
    return made
  }

  /** The library counts by the wall clock: after that was set back by an hour, it would leave the vendor alone for an hour. */
  function endRest(): void {
    if (breaker.state === CircuitState.Open && steadyClock() - leftAloneAt > restMs + GRACE_MS)
      breaker = newBreaker()
  }

  async function guarded<T>(request: () => Promise<T>): Promise<T | NoAnswer> {
    endRest()
    try {
      return await breaker.execute(request)
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error
      const reason = 'the vendor failed repeatedly and is not asked for some seconds'
      return { state: 'unreachable', reason }
    }
  }

  async function ask(path: VendorPath, question: object, patience: Patience): Promise<Answer> {
    const { signal, caller } = patience
    const body = JSON.stringify(question)
    const response = await exchange(config, { path, method: 'POST', body }, patience, log)
    if (!(response instanceof IncomingMessage)) return response
    if (response.statusCode !== 200) return refusalOf(response)

    const { bytes, cut } = await readBody(response, maxBytes)
    caller?.throwIfAborted()
    if (cut === 'too-large') {
      const reason = `the vendor's answer is larger than ${maxBytes} bytes`
      return { state: 'partial', bytes, reason, otherwise: 'unreachable' }
    }
    const whole = cut ? undefined : parsedJson(bytes)
    if (whole !== undefined) return { state: 'complete', body: whole }
    if (!cut) {
      const reason = "the vendor's answer is not complete JSON"
      return { state: 'partial', bytes, reason, otherwise: 'unreachable' }
    }
    const { state: otherwise, reason } = failure(config, signal)
    return { state: 'partial', bytes, reason: `the vendor's answer broke off: ${reason}`, otherwise }
  }

  async function picture(of: VendorPictureQuery, patience: Patience): Promise<PictureAnswer> {
    const { signal, caller } = patience
    const path = `/v1/picture?${new URLSearchParams(of)}`
    const response = await exchange(config, { path }, patience, log)
    if (!(response instanceof IncomingMessage)) return response
    if (response.statusCode === 404) {
      response.destroy()
      return { state: 'missing' }
    }
    if (response.statusCode !== 200) return refusalOf(response)
    const { bytes, cut } = await readBody(response, maxBytes)
    caller?.throwIfAborted()
    if (cut === 'broken') return failure(config, signal)
    if (cut || jpegFault(bytes) !== null)
      return { state: 'unreachable', reason: "the vendor's answer is not an image" }
    return { state: 'complete', jpeg: bytes, isSimulated: response.headers[SIMULATED_HEADER] === 'true' }
  }

  return {
    id,
    deadlineMs,
    isLeftAlone() {
      endRest()
      return breaker.state === CircuitState.Open
    },
    ask: (path, question, patience) => guarded(() => ask(path, question, patience)),
    picture: (of, patience) => guarded(() => picture(of, patience)),
  }
}

/** A vendor that refuses works; the fault is in the question. */
const isFailure = ({ state }: Answer) => state === 'partial' || state === 'unreachable' || state === 'late'
