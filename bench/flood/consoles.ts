import { Agent, get } from 'node:http'
import { answerJobs } from '../stack/child.ts'
import {
  type Account,
  type AccountJob,
  ascending,
  type FloodJob,
  machineNow,
  type OpenJob,
  shareOf,
} from './job.ts'

/**
 * The open consoles of `bench flood`, as a separate process: one connection each, which resumes when it ends, as a browser
 * does. It reads no more of an event than its id, because 300 browsers run on 300 machines.
 */

const BEGIN = Buffer.from('event: alert\n')
const ID = Buffer.from('id: ')

/** Shortest event of an alert, bytes: what need not be searched for the next one. */
const SHORTEST = 500
/** Longest beginning of an event that may be split between two chunks, bytes. */
const LONGEST_HEAD = 40
const AGAIN_MS = 250

interface Console {
  /** Arrival of each sequence, in the order of arrival: sequence, milliseconds. */
  sequences: number[]
  times: number[]
  last: number
}

const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })
let consoles: Console[] = []
let resumed = 0

answerJobs(async (job: FloodJob): Promise<Account | null> => {
  if ('account' in job) return account(job.account)
  await open(job.open)
  return null
})

async function open({ url, cookies }: OpenJob): Promise<void> {
  consoles = cookies.map(() => ({ sequences: [], times: [], last: 0 }))
  // A few at a time: each opening is recorded in the audit log first.
  const queue = consoles.map((one, n) => () => follow(one, url, cookies[n]!))
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await next()
  }
  await Promise.all(Array.from({ length: 10 }, worker))
}

/** Follows the alerts from now on. @returns once the stream has begun @throws when it is refused */
function follow(one: Console, url: string, cookie: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const resume = one.last > 0 ? { 'last-event-id': String(one.last) } : {}
    const headers = { cookie, origin: url, accept: 'text/event-stream', ...resume }
    const again = () => {
      resumed++
      setTimeout(() => void follow(one, url, cookie).catch(again), AGAIN_MS)
    }
    const sent = get(`${url}/v1/alerts/stream`, { agent, headers }, (answer) => {
      if (answer.statusCode !== 200) {
        answer.resume()
        reject(new Error(`${url}: ${answer.statusCode}`))
        return
      }
      let rest: Buffer = Buffer.alloc(0)
      answer.on('data', (chunk: Buffer) => {
        rest = take(one, rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk)
        resolve()
      })
      answer.once('close', again)
    })
    sent.once('error', reject)
  })
}

/** Notes the alerts of a piece of the stream. @returns its end, which may contain half of a head */
function take(one: Console, bytes: Buffer): Buffer {
  const now = machineNow()
  let from = 0
  for (let at = bytes.indexOf(BEGIN, 0); at >= 0; at = bytes.indexOf(BEGIN, from)) {
    const begin = bytes.lastIndexOf(ID, at)
    const sequence = Number(bytes.toString('latin1', begin + ID.length, at - 1))
    one.sequences.push(sequence)
    one.times.push(now)
    one.last = sequence
    from = Math.min(bytes.length, at + SHORTEST)
  }
  return bytes.subarray(Math.max(from, bytes.length - LONGEST_HEAD))
}

async function account({ first, sentAt, patienceMs }: AccountJob): Promise<Account> {
  const last = first + sentAt.length - 1
  const until = performance.now() + patienceMs
  while (consoles.some((one) => one.last < last) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const delays: number[] = []
  let [lost, doubled, end] = [0, 0, 0]
  for (const { sequences, times } of consoles) {
    const seen = new Uint8Array(sentAt.length)
    for (const [n, sequence] of sequences.entries()) {
      const place = sequence - first
      if (place < 0 || place >= sentAt.length) continue
      if (seen[place]) doubled++
      else delays.push(times[n]! - sentAt[place]!)
      seen[place] = 1
      end = Math.max(end, times[n]!)
    }
    lost += seen.filter((one) => one === 0).length
  }
  const all = ascending(delays)
  return {
    ...{ p50: shareOf(all, 0.5), p95: shareOf(all, 0.95), p99: shareOf(all, 0.99), most: shareOf(all, 1) },
    ...{ received: all.length, lost, doubled, took: end - sentAt[0]!, resumed },
  }
}
