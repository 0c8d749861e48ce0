import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { followAlerts, waitMs } from '../../../console/views/alerts/feed/stream.ts'
import { sampleAlert } from '../../api/harness.ts'

/** The page, as far as streams know it: it is left and comes back. */
const page = vi.hoisted(() => {
  const events = new EventTarget()
  const document = Object.assign(new EventTarget(), { hidden: false })
  Object.assign(globalThis, { addEventListener: events.addEventListener.bind(events), document })
  return {
    go: () => events.dispatchEvent(new Event('pagehide')),
    come: () => events.dispatchEvent(new Event('pageshow')),
    cover: (hidden: boolean) => {
      document.hidden = hidden
      document.dispatchEvent(new Event('visibilitychange'))
    },
  }
})

afterAll(() => {
  // The files after this one share the process, and a library that finds a document believes to be in a browser.
  for (const name of ['addEventListener', 'document']) Reflect.deleteProperty(globalThis, name)
})

type Told = [what: string, ...about: unknown[]]

/** Follows what a server says. @param say gives it the means to write and to end */
async function follow(from: number | null, say: (write: (text: string) => void, end: () => void) => void) {
  const told: Told[] = []
  const asked = vi.fn(async (_address: string, { signal }: RequestInit) => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        signal?.addEventListener('abort', () => controller.error(signal.reason))
        const write = (text: string) => controller.enqueue(new TextEncoder().encode(text))
        say(write, () => controller.close())
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  })
  vi.stubGlobal('fetch', asked)
  const listener = {
    resumes: () => told.push(['resumes']),
    ready: (after: number, last: number) => told.push(['ready', after, last]),
    stale: () => told.push(['stale']),
    gap: () => told.push(['gap']),
    alert: (sequence: number, { id }: { id: string }) => told.push(['alert', sequence, id]),
    judged: () => 0,
    work: ({ state }: { state: string }) => told.push(['work', state]),
    sightings: ({ count }: { count: number }) => told.push(['sightings', count]),
  }
  const stop = new AbortController()
  let after = from
  const listening = {
    ...listener,
    alert: (...[sequence, alert]: Parameters<typeof listener.alert>) => {
      after = sequence
      listener.alert(sequence, alert)
    },
  }
  const end = followAlerts('dana', () => after, listening, stop.signal).then(
    () => 'ended',
    (error: { code: string }) => error.code,
  )
  const addresses = () => asked.mock.calls.map(([address]) => address)
  return { told, end, stop, addresses, isOpen: () => asked.mock.calls.at(-1)![1].signal?.aborted === false }
}

describe('the console’s stream of alerts', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('is read piece by piece, however the bytes are cut', async () => {
    const alert = sampleAlert(1)
    const text =
      'event: ready\nid: 6\ndata: {"after":6,"last":9}\n\nevent: gap\nid: 6\ndata: {"asked":1,"after":6}\n\n' +
      `event: alert\nid: 7\ndata: ${JSON.stringify(alert)}\n\n: heartbeat\n\n` +
      'event: work\ndata: {"state":"claimed"}\n\nevent: sightings\ndata: {"count":3}\n\nevent: stale\ndata: {}\n\n' +
      'event: later\ndata: {}\n\n'
    const { told, end, addresses } = await follow(6, (write, close) => {
      for (let at = 0; at < text.length; at += 11) write(text.slice(at, at + 11))
      close()
    })
    expect(await end).toBe('ended')
    expect(told).toEqual([
      ['ready', 6, 9],
      ['gap'],
      ['alert', 7, alert.id],
      ['work', 'claimed'],
      ['sightings', 3],
      ['stale'],
    ])
    expect(addresses()).toEqual(['/v1/alerts/stream?after=6'])
  })

  it('is given up when it is silent for longer than two heartbeats, not before', async () => {
    let write = (_: string) => {}
    const { end, told } = await follow(null, (writes) => {
      write = writes
      write('event: ready\nid: 0\ndata: {"after":0,"last":0}\n\n')
    })
    for (let beat = 0; beat < 4; beat++) {
      await vi.advanceTimersByTimeAsync(30_000)
      write(': heartbeat\n\n')
    }
    await vi.advanceTimersByTimeAsync(34_000)
    write('event: work\ndata: {"state":"open"}\n\n')
    await vi.advanceTimersByTimeAsync(34_000)
    expect(told).toEqual([
      ['ready', 0, 0],
      ['work', 'open'],
    ])
    await vi.advanceTimersByTimeAsync(2000)
    expect(await end).toBe('UNREACHABLE')
  })

  it('says why it was refused', async () => {
    const problem = { code: 'NOT_ALLOWED', title: 'Not allowed', detail: 'no', hint: null, status: 403 }
    const headers = { 'content-type': 'application/problem+json' }
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(problem), { status: 403, headers }))
    const following = followAlerts('dana', () => null, {} as never, new AbortController().signal)
    await expect(following).rejects.toMatchObject({ code: 'NOT_ALLOWED', status: 403 })
  })

  it('ends silently when nobody wants it any more', async () => {
    const { end, stop } = await follow(null, () => {})
    stop.abort()
    expect(await end).toBe('ended')
  })

  it.each([
    ['is left', page.go, page.come],
    ['is hidden, without a shared worker', () => page.cover(true), () => page.cover(false)],
  ])(
    'is closed when the page %s, and continues after the last alert when the page comes back',
    async (_, go, come) => {
      const alert = (sequence: number) =>
        `event: alert\nid: ${sequence}\ndata: ${JSON.stringify(sampleAlert(sequence))}\n\n`
      let times = 0
      const { told, addresses, isOpen, end, stop } = await follow(6, (write) => write(alert(times++ ? 8 : 7)))
      await vi.waitFor(() => expect(told).toHaveLength(1), 30_000)
      for (let time = 1; time <= 3; time++) {
        expect(isOpen()).toBe(true)
        go()
        expect(isOpen()).toBe(false)
        await vi.advanceTimersByTimeAsync(3_600_000)
        expect(addresses()).toHaveLength(time)
        come()
        await vi.waitFor(() => expect(addresses()).toHaveLength(time + 1), 30_000)
        await vi.waitFor(() => expect(told.at(-1)![1]).toBe(8), 30_000)
      }
      expect(addresses()).toEqual([6, 7, 8, 8].map((after) => `/v1/alerts/stream?after=${after}`))
      expect(told.map(([what]) => what)).toEqual(['alert', ...Array(3).fill(['resumes', 'alert']).flat()])
      stop.abort()
      expect(await end).toBe('ended')
    },
  )

  it('is retried soon, then less and less often, and not at the same moment as by all others', () => {
    const tries = [1, 2, 3, 4, 5, 6, 60]
    const longest = [500, 1000, 2000, 4000, 8000, 10_000, 10_000]
    expect(tries.map((count) => waitMs(count, 1))).toEqual(longest)
    expect(tries.map((count) => waitMs(count, 0))).toEqual(longest.map((ms) => ms / 2))
    const spread = new Set(Array.from({ length: 20 }, () => Math.round(waitMs(4))))
    expect(spread.size).toBeGreaterThan(5)
  })
})
