import { readFileSync } from 'node:fs'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import type { Logger } from '@sightline/runtime/log'
import { createParser } from '@sightline/schemas/message'
import Type from 'typebox'
import type { VendorConfig } from './vendors-file.ts'

/** A vendor that sent nothing, and why. */
export interface NoAnswer {
  state: 'refused' | 'unreachable' | 'late'
  reason: string
}

/** How long somebody waits for an answer. */
export interface Patience {
  /** Aborts the request: the vendor counts as late, unless the caller is aborted, too. */
  signal: AbortSignal
  /** The caller of the agency's api. */
  caller?: AbortSignal | undefined
}

const problemParser = createParser('problem of a vendor', Type.Object({ message: Type.String() }))

/** Longest vendor text that is passed on. */
const MAX_REASON = 200
/** Limit for a refusal. */
const MAX_PROBLEM_BYTES = 16_384

/**
 * One request to a vendor. The credentials are read for each, so that a replaced file takes effect at once. Rejects
 * only when `caller` is aborted.
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
    log.error({ vendor: id, credentialsFile }, "cannot read a vendor's credentials")
    return { state: 'refused', reason: 'the agency has no credentials for this vendor' }
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

/** A few bytes of a local file: using the thread pool would cost more than waiting for them. */
function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

/** What is said about a vendor whose connection failed. */
export const failure = (
  { deadlineMs }: VendorConfig,
  signal: AbortSignal,
): { state: 'late' | 'unreachable'; reason: string } =>
  signal.aborted
    ? { state: 'late', reason: `no answer within ${deadlineMs} ms` }
    : { state: 'unreachable', reason: 'the connection failed' }

/** Meaning of an answer other than "200 OK"; the vendor's own words may tell the analyst what to change. */
export async function refusalOf(response: IncomingMessage): Promise<NoAnswer> {
  const { bytes } = await readBody(response, MAX_PROBLEM_BYTES)
  const status = response.statusCode ?? 0
  const problem = parsedJson(bytes)
  const said = problemParser.check(problem) ? `: ${problem.message.slice(0, MAX_REASON)}` : ''
  return status < 500
    ? { state: 'refused', reason: `the vendor refused (${status})${said}` }
    : { state: 'unreachable', reason: `the vendor failed (${status})` }
}

/** @returns undefined for what is not JSON */
export function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

const AGENTS = {
  http: new http.Agent({ keepAlive: true }),
  https: new https.Agent({ keepAlive: true }),
}

interface Sending {
  method?: 'POST'
  headers: Record<string, string>
  body?: string | undefined
}

/** Errors of a reused connection that the other side closes at that moment. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE'])

/**
 * One HTTP request; settles with the head of the answer, whose body is still unread. Not `fetch`, which takes two to
 * three times the CPU.
 * @param signal ends the request, or the answer while it comes
 * @returns undefined when the connection failed, the signal was aborted, or the answer is a redirect: another address
 *   would receive the credentials and the question
 */
export function send(
  url: string,
  { body, ...options }: Sending,
  signal: AbortSignal,
): Promise<IncomingMessage | undefined> {
  const isSecure = url.startsWith('https:')
  const { request } = isSecure ? https : http
  const agent = isSecure ? AGENTS.https : AGENTS.http
  return new Promise((resolve) => {
    const sent = request(url, { agent, ...options, signal })
    sent.on('response', (response) => {
      const isElsewhere = String(response.statusCode).startsWith('3')
      if (isElsewhere) response.destroy()
      resolve(isElsewhere ? undefined : response)
    })
    sent.on('error', ({ code }: NodeJS.ErrnoException) => {
      // At worst the vendor has seen the question and is asked twice.
      const isAgain = sent.reusedSocket && CLOSED.has(code ?? '')
      resolve(isAgain ? send(url, { body, ...options }, signal) : undefined)
    })
    sent.end(body)
  })
}

/** The received part of a body, and why it is incomplete. */
export interface Body {
  bytes: Uint8Array
  cut: 'broken' | 'too-large' | null
}

/** Reads a body up to a number of bytes, or until its request is aborted; the rest is not received. */
export async function readBody(response: Readable, maxBytes: number): Promise<Body> {
  const chunks: Uint8Array[] = []
  let room = maxBytes
  const ended = (cut: Body['cut']): Body => ({ bytes: Buffer.concat(chunks), cut })
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, room))
      if (chunk.length > room) return ended('too-large')
      room -= chunk.length
    }
    return ended(null)
  } catch {
    return ended('broken')
  }
}
