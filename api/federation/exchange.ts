import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Logger } from '@sightline/runtime/log'
import { reader } from '@sightline/schemas/message'
import Type from 'typebox'
import { readBody } from './body.ts'
import { send } from './send.ts'
import type { VendorConfig } from './vendors-file.ts'

/** A vendor that gave nothing, and why. */
export interface NoAnswer {
  state: 'refused' | 'unreachable' | 'late'
  reason: string
}

/** Until when somebody waits for an answer. */
export interface Patience {
  /** Ends the request: as late, unless the caller is aborted, too. */
  signal: AbortSignal
  /** Of whoever asked the agency. */
  caller?: AbortSignal | undefined
}

const problemReader = reader('problem of a vendor', Type.Object({ message: Type.String() }))

/** Longest text of a vendor that is passed on. */
const MAX_REASON = 200
/** Of an answer that says no. */
const MAX_PROBLEM_BYTES = 16_384

/**
 * One request to a vendor. The credentials are read anew for each, so that a file that was replaced counts at once.
 * Rejects only when `caller` is aborted.
 */
export async function exchange(
  config: VendorConfig,
  { path, ...init }: { path: string; method?: 'POST'; body?: string },
  { signal, caller }: Patience,
  log: Logger,
): Promise<IncomingMessage | NoAnswer> {
  const { id, url, credentialsFile } = config
  const token = tokenIn(credentialsFile)
  if (!token) {
    log.error({ vendor: id, credentialsFile }, "a vendor's credentials cannot be read")
    return { state: 'refused', reason: 'the agency has no credentials for it' }
  }
  const headers = {
    ...(init.body !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(init.body)),
    }),
    authorization: `Bearer ${token}`,
  }
  const response = await send(`${url}${path}`, { ...init, headers }, signal)
  caller?.throwIfAborted()
  return response ?? failure(config, signal)
}

/** A few bytes of a file on this machine: four turns of the thread pool would cost more than waiting for them. */
function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

/** What is said of a vendor whose connection came to nothing. */
export const failure = (
  { deadlineMs }: VendorConfig,
  signal: AbortSignal,
): { state: 'late' | 'unreachable'; reason: string } =>
  signal.aborted
    ? { state: 'late', reason: `no answer within ${deadlineMs} ms` }
    : { state: 'unreachable', reason: 'the connection failed' }

/** What an answer means that is not "200 OK"; the vendor's own words may tell the analyst what to change. */
export async function refusalOf(response: IncomingMessage): Promise<NoAnswer> {
  const { bytes } = await readBody(response, MAX_PROBLEM_BYTES)
  const status = response.statusCode ?? 0
  const problem = parsedJson(bytes)
  const said = problemReader.check(problem) ? `: ${problem.message.slice(0, MAX_REASON)}` : ''
  return status < 500
    ? { state: 'refused', reason: `it refused (${status})${said}` }
    : { state: 'unreachable', reason: `it failed (${status})` }
}

/** @returns undefined for what is not JSON */
export function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
