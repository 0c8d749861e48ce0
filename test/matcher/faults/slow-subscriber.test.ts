import { setTimeout as pause } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Api, startApi } from '@sightline/api/main'
import { freePort } from '@sightline/broker/free-port'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import type { Line } from '@sightline/replay/line'
import type { Source } from '@sightline/replay/source'
import { subscribeApi } from '@sightline/replay/subscribe'
import { alertParser } from '@sightline/schemas/alert'
import type { Read } from '@sightline/schemas/read'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEvents, type SseEvent } from '../../api/harness.ts'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../../support/broker.ts'
import { howOften } from '../../support/long.ts'
import { beginReplay, expectExactlyOnce } from '../../support/replays.ts'

/** Long enough that others get some more alerts meanwhile, be the machine ever so busy. */
const STALL_MS = 6000
/** How long one step may take, be the machine ever so busy. */
const PATIENCE_MS = 60_000
/** Alerts, some 4 kB each: more than the sockets between api and subscriber hold. */
const HITS = howOften(1800, 4000)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let broker: TestBroker
let player: NatsConnection
let matcher: Matcher
let api: Api
let monitorPort: number
beforeEach(async () => {
  folder = await temporaryFolder()
  broker = await testBroker()
  player = await broker.as('replay')
  const at = { servers: broker.url, keys: broker.keys }
  matcher = await startMatcher({ ...at, log: quiet })
  monitorPort = await freePort()
  const monitor = { port: monitorPort, host: '127.0.0.1' }
  const listen = { host: '127.0.0.1', port: 0, dataDir: folder.path, devToken: true, monitor }
  api = await startApi({ broker: at, ...listen, stallMs: STALL_MS, log: quiet })
})
afterEach(async () => {
  await api.close()
  await matcher.close()
  await broker.remove()
  await folder.remove()
})

test(
  'a subscriber that reads nothing delays no other; it is disconnected, and resumes without a gap',
  async () => {
    const slow = await stalledSubscriber()
    const load = { hits: HITS, readsAHit: 2, pace: { kind: 'rate', perSecond: 1500 } as const }
    let rest: SseEvent[] = []
    let taken: SseEvent[] = []
    const replay = beginReplay(player, {
      ...load,
      change: withAlternatives,
      async subscribe(onAlert) {
        const other = await subscribeApi(api.url, api.token!, onAlert)
        // Before the alerts of the test are taken back.
        return {
          async close() {
            await other.close()
            // The api has given the slow one up, and nobody else follows any more.
            await expect.poll(streams, { timeout: PATIENCE_MS }).toBe(0)
            slow.release()
            taken = (await slow.taken).filter(isAlert)
            rest = await readEvents(
              await follow({ 'last-event-id': String(taken.at(-1)!.id) }),
              (events) => events.some(({ id }) => id === load.hits),
              3 * PATIENCE_MS,
            )
          },
        }
      },
    })
    /** Of the other one, when the first of the two was done: the slow one, unless all had come before it was given up. */
    const had = replay.alerted(1).then(async () => {
      // The monitor closes a connection that was idle, and this process may be slow to hear of it.
      while ((await streams().catch(() => 2)) > 1) await pause(100)
      return replay.alerts()
    })
    // A test that fails before says why itself.
    had.catch(() => {})
    const result = await replay.done
    expectExactlyOnce(result, load)
    // What the sockets between them hold; else it would not have been slow.
    expect(taken.length).toBeLessThan(load.hits)
    // Held up, it would have had no more than fits between the api and the slow one.
    expect(await had).toBeGreaterThan(taken.length + 50)
    const all = [...taken, ...rest.filter(isAlert)]
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: load.hits }, (_, n) => n + 1))
    expect(new Set(all.map(({ data }) => alertParser.parseJson(data).read.id)).size).toBe(load.hits)
  },
  6 * PATIENCE_MS,
)

/** Planted hits nearly as large as a read may be, so that all of them are more than the sockets between api and subscriber hold. */
function withAlternatives(source: Source): Source {
  const alternatives = Array.from('ABCDEFGH', (char) => ({ char, confidence: 0 }))
  const bulky = (line: Line): Line => {
    const read: Read = JSON.parse(line.text)
    const chars = read.chars.map((one) => ({ ...one, alternatives }))
    return { ...line, text: JSON.stringify({ ...read, chars }) }
  }
  return {
    ...source,
    async *lines(onRefused) {
      for await (const line of source.lines(onRefused)) yield line.planted === null ? line : bulky(line)
    },
  }
}

/** Subscribers that the api serves. */
async function streams(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${monitorPort}/metrics`)).text()
  return Number(/^sightline_api_alert_streams (\d+)/m.exec(text)![1])
}

const isAlert = ({ event }: SseEvent) => event === 'alert'
const follow = (headers: Record<string, string> = {}) =>
  fetch(`${api.url}/v1/alerts/stream?tests=true`, {
    headers: { authorization: `Bearer ${api.token}`, ...headers },
  })

/** Opens the stream of alerts and takes nothing more of it until `release`; then what is left of it for it to take. */
async function stalledSubscriber() {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const answer = await follow()
  async function* bodyWithRest() {
    try {
      for await (const chunk of answer.body!) {
        yield chunk
        await released
      }
    } catch {
      // The api has hung up.
    }
  }
  let taken: Promise<SseEvent[]> = Promise.resolve([])
  await new Promise<void>((open) => {
    const isEnough = (events: SseEvent[]) => {
      if (events.length > 0) open()
      return false
    }
    taken = readEvents(new Response(ReadableStream.from(bodyWithRest())), isEnough, 4 * PATIENCE_MS)
  })
  return { release, taken }
}
