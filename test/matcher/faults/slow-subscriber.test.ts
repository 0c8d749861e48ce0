import { setTimeout as pause } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Api, startApi } from '@sightline/api/main'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import type { Line } from '@sightline/replay/line'
import type { Source } from '@sightline/replay/source'
import { subscribeApi } from '@sightline/replay/subscribe'
import { alertReader } from '@sightline/schemas/alert'
import type { Read } from '@sightline/schemas/read'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEvents, type SseEvent } from '../../api/harness.ts'
import { quiet, type TestBroker, temporaryFolder, testBroker } from '../../support/broker.ts'
import { beginReplay, expectExactlyOnce } from '../../support/replays.ts'

const STALL_MS = 2500

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let broker: TestBroker
let player: NatsConnection
let matcher: Matcher
let api: Api
beforeEach(async () => {
  folder = await temporaryFolder()
  broker = await testBroker()
  player = await broker.as('replay')
  const at = { servers: broker.url, keys: broker.keys }
  matcher = await startMatcher({ ...at, log: quiet })
  const listen = { host: '127.0.0.1', port: 0, dataDir: folder.path, devToken: true }
  api = await startApi({ broker: at, ...listen, stallMs: STALL_MS, log: quiet })
})
afterEach(async () => {
  await api.close()
  await matcher.close()
  await broker.remove()
  await folder.remove()
})

test('a subscriber that takes nothing holds up no other; it is disconnected, and resumes without a gap', async () => {
  const slow = await stalledSubscriber()
  const arrivals: number[] = []
  const load = { hits: 4000, readsAHit: 2, pace: { kind: 'rate', perSecond: 1500 } as const }
  const replay = beginReplay(player, {
    ...load,
    change: withAlternatives,
    subscribe: (onAlert) =>
      subscribeApi(api.url, api.token!, (alert) => {
        arrivals.push(performance.now())
        onAlert(alert)
      }),
  })
  const result = await replay.done
  expectExactlyOnce(result, load)
  const silences = arrivals.slice(1).map((at, n) => at - arrivals[n]!)
  expect(Math.max(...silences)).toBeLessThan(STALL_MS * 0.8)
  await pause(STALL_MS)
  slow.release()
  const taken = (await slow.taken).filter(isAlert)
  // What the sockets between them hold; else it would not have been slow.
  expect(taken.length).toBeLessThan(load.hits)
  const rest = await readEvents(
    await follow({ 'last-event-id': String(taken.at(-1)!.id) }),
    (events) => events.some(({ id }) => id === load.hits),
    45_000,
  )
  const all = [...taken, ...rest.filter(isAlert)]
  expect(all.map(({ id }) => id)).toEqual(Array.from({ length: load.hits }, (_, n) => n + 1))
  expect(new Set(all.map(({ data }) => alertReader.parseJson(data).read.id)).size).toBe(load.hits)
}, 90_000)

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

const isAlert = ({ event }: SseEvent) => event === 'alert'
const follow = (headers: Record<string, string> = {}) =>
  fetch(`${api.url}/v1/alerts/stream`, { headers: { authorization: `Bearer ${api.token}`, ...headers } })

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
    taken = readEvents(new Response(ReadableStream.from(bodyWithRest())), isEnough, 60_000)
  })
  return { release, taken }
}
