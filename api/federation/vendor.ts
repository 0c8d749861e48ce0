import { readFile } from 'node:fs/promises'
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel'
import Type from 'typebox'
import type { Logger } from '../../runtime/log.ts'
import { reader } from '../../schemas/message.ts'
import { readBody } from './body.ts'
import { unlessAborted } from './deadline.ts'
import type { VendorConfig } from './vendors-file.ts'

/** Where a vendor is asked. */
export type VendorPath = '/v1/search' | '/v1/companions'

/** What became of one request. */
export type Answer =
  | { state: 'complete'; body: unknown }
  /** It broke off, or was cut: what there is of it, and what the vendor is if that is of no use. */
  | { state: 'partial'; bytes: Uint8Array; reason: string; otherwise: 'unreachable' | 'late' }
  | { state: 'refused' | 'unreachable' | 'late'; reason: string }

export interface Vendor {
  readonly id: string
  /** The time it has for its part of one page, milliseconds. */
  readonly deadlineMs: number
  /**
   * Never rejects for what the vendor does, only when `caller` is aborted.
   * @param signal ends the request: as late, unless the caller is aborted, too
   */
  ask(path: VendorPath, body: object, signal: AbortSignal, caller?: AbortSignal): Promise<Answer>
}

export interface VendorOptions {
  log: Logger
  /** Most bytes of one answer. */
  maxBytes?: number | undefined
  /** So many failures in a row, and the vendor is left alone for `restMs`; then it is tried once. */
  failures?: number | undefined
  restMs?: number | undefined
}

const problemReader = reader('problem of a vendor', Type.Object({ message: Type.String() }))

/** Longest text of a vendor that is passed on. */
const MAX_REASON = 200
/** Of an answer that says no. */
const MAX_PROBLEM_BYTES = 16_384

/**
 * A vendor over HTTP, behind a circuit breaker of its own: one that fails is not waited for by every search.
 * The credentials are read anew for each request, so that a file that was replaced counts at once.
 */
export function createVendor(config: VendorConfig, options: VendorOptions): Vendor {
  const { log, maxBytes = 8_000_000, failures = 5, restMs = 10_000 } = options
  const { id, url, credentialsFile, deadlineMs } = config
  const breaker = circuitBreaker(
    handleWhenResult((answer) => isFailure(answer as Answer)),
    { halfOpenAfter: restMs, breaker: new ConsecutiveBreaker(failures) },
  )
  breaker.onStateChange((state) =>
    log.warn({ vendor: id, circuit: CircuitState[state] }, 'how a vendor is treated has changed'),
  )

  async function post(path: VendorPath, body: object, signal: AbortSignal, caller?: AbortSignal) {
    const token = (await readFile(credentialsFile, 'utf8').catch(() => '')).trim()
    if (!token) {
      log.error({ vendor: id, credentialsFile }, "a vendor's credentials cannot be read")
      return { state: 'refused', reason: 'the agency has no credentials for it' } satisfies Answer
    }
    const failure = () =>
      signal.aborted
        ? { state: 'late' as const, reason: `no answer within ${deadlineMs} ms` }
        : { state: 'unreachable' as const, reason: 'the connection failed' }
    const sent = fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      // Another place would get the credentials and the question.
      redirect: 'error',
      signal,
    }).catch(() => undefined)
    const response = await unlessAborted(sent, signal)
    caller?.throwIfAborted()
    if (!response) return failure()
    if (!response.ok) return refusalOf(response, signal)

    const { bytes, cut } = await readBody(response, maxBytes, signal)
    caller?.throwIfAborted()
    if (cut === 'too-large') {
      const reason = `its answer is larger than ${maxBytes} bytes`
      return { state: 'partial', bytes, reason, otherwise: 'unreachable' } satisfies Answer
    }
    const whole = cut ? undefined : parsed(bytes)
    if (whole !== undefined) return { state: 'complete', body: whole } satisfies Answer
    if (!cut) {
      const reason = 'its answer is not whole JSON'
      return { state: 'partial', bytes, reason, otherwise: 'unreachable' } satisfies Answer
    }
    const { state: otherwise, reason } = failure()
    return { state: 'partial', bytes, reason: `its answer broke off: ${reason}`, otherwise } satisfies Answer
  }

  return {
    id,
    deadlineMs,
    ask: async (path, body, signal, caller) => {
      try {
        return await breaker.execute(() => post(path, body, signal, caller))
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error
        return {
          state: 'unreachable',
          reason: 'it failed again and again: it is left alone for some seconds',
        }
      }
    },
  }
}

/** A vendor that refuses is well; it is the question that is not. */
const isFailure = ({ state }: Answer) => state !== 'complete' && state !== 'refused'

/** What an answer means that is not "200 OK"; the vendor's own words may tell the analyst what to change. */
async function refusalOf(response: Response, signal: AbortSignal): Promise<Answer> {
  const { bytes } = await readBody(response, MAX_PROBLEM_BYTES, signal)
  const problem = parsed(bytes)
  const said = problemReader.check(problem) ? `: ${problem.message.slice(0, MAX_REASON)}` : ''
  return response.status < 500
    ? { state: 'refused', reason: `it refused (${response.status})${said}` }
    : { state: 'unreachable', reason: `it failed (${response.status})` }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
