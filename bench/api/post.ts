import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true })

/**
 * Sends JSON and reads the answer, with the leanest client there is: `fetch` costs several times as much.
 * @throws for any unsuccessful answer: refusals are fast, so a figure of them would flatter
 */
export function post(url: string, body: object, headers: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { agent, method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const isGood = String(answer.statusCode).startsWith('2') && !text.includes('"complete":false')
          if (isGood) resolve()
          else reject(new Error(`${url}: ${answer.statusCode} ${text.slice(0, 300)}`))
        })
      },
    )
    sent.on('error', reject).end(JSON.stringify(body))
  })
}

/** Headers that a browser sends with its session. */
export const session = (origin: string, cookie: string) => ({ origin, cookie })
