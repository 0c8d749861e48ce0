import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'

const AGENTS = {
  http: new http.Agent({ keepAlive: true }),
  https: new https.Agent({ keepAlive: true }),
}

export interface Sending {
  method?: 'POST'
  headers: Record<string, string>
  body?: string | undefined
}

/** What becomes of a kept connection that the other side closes at that moment. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE'])

/**
 * One HTTP request; settles with the head of the answer, whose body is still to be read. Not `fetch`, which takes two to
 * three times the CPU.
 * @param signal ends the request, or the answer while it comes
 * @returns undefined when the connection failed, the signal was aborted, or the answer is elsewhere: another place would
 *   get the credentials and the question
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
