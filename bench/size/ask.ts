import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true })

export interface Answer {
  status: number
  text: string
  bytes: number
  /** Entries of all lists in the answer. */
  rows: number
  /** What asks for the next page; null when there is none. */
  next: { name: 'cursor' | 'before'; value: string } | null
}

/** One request with the leanest client, read to its end. The answer is understood only when something of it is asked for. */
export function askOnce(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Answer> {
  const sent = body ? { 'content-type': 'application/json' } : {}
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method, headers: { ...headers, ...sent } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve(answerOf(answer.statusCode ?? 0, bytes))
      })
    })
    asked.on('error', reject).end(body && JSON.stringify(body))
  })
}

function answerOf(status: number, bytes: Buffer): Answer {
  const text = bytes.toString()
  let known: Record<string, unknown> | undefined
  const content = () => {
    known ??= JSON.parse(text) as Record<string, unknown>
    return known
  }
  return {
    ...{ status, text, bytes: bytes.length },
    get rows() {
      return Object.values(content()).reduce<number>(
        (sum, part) => sum + (Array.isArray(part) ? part.length : 0),
        0,
      )
    },
    get next(): Answer['next'] {
      const { next } = content()
      if (next === null || next === undefined) return null
      // The list of alerts continues by sequence.
      return { name: typeof next === 'number' ? 'before' : 'cursor', value: encodeURIComponent(String(next)) }
    },
  }
}
