import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { followAlerts } from '../../../console/views/alerts/feed/stream.ts'
import { waitMs } from '../../../console/views/alerts/feed/wait.ts'
import { sampleAlert } from '../../api/harness.ts'

type Told = [what: string, ...about: unknown[]]

/** Follows what a server says. @param say gives it the means to write and to end */
async function follow(after: number | null, say: (write: (text: string) => void, end: () => void) => void) {
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
    ready: (after: number, last: number) => told.push(['ready', after, last]),
    stale: () => told.push(['stale']),
    gap: () => told.push(['gap']),
    alert: (sequence: number, { id }: { id: string }) => told.push(['alert', sequence, id]),
    work: ({ state }: { state: string }) => told.push(['work', state]),
    sightings: ({ count }: { count: number }) => told.push(['sightings', count]),
  }
  const stop = new AbortController()
  const end = followAlerts(after, listener, stop.signal).then(
    () => 'ended',
    (error: { code: string }) => error.code,
  )
  return { told, end, stop, address: () => asked.mock.calls[0]?.[0] }
}

describe('the stream of alerts, as the console hears it', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('is told piece by piece, whichever way the bytes are cut', async () => {
    const alert = sampleAlert(1)
    const text =
      'event: ready\nid: 6\ndata: {"after":6,"last":9}\n\nevent: gap\nid: 6\ndata: {"asked":1,"after":6}\n\n' +
      `event: alert\nid: 7\ndata: ${JSON.stringify(alert)}\n\n: heartbeat\n\n` +
      'event: work\ndata: {"state":"claimed"}\n\nevent: sightings\ndata: {"count":3}\n\nevent: stale\ndata: {}\n\n' +
      'event: later\ndata: {}\n\n'
    const { told, end, address } = await follow(6, (write, close) => {
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
    expect(address()).toBe('/v1/alerts/stream?after=6')
  })

  it('is given up when it is silent for longer than two heartbeats, and not before', async () => {
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
    const following = followAlerts(null, {} as never, new AbortController().signal)
    await expect(following).rejects.toMatchObject({ code: 'NOT_ALLOWED', status: 403 })
  })

  it('ends without a word when nobody wants it any more', async () => {
    const { end, stop } = await follow(null, () => {})
    stop.abort()
    expect(await end).toBe('ended')
  })

  it('is tried again soon, and then more and more seldom; not at the moment at which all others try', () => {
    const tries = [1, 2, 3, 4, 5, 6, 60]
    const longest = [500, 1000, 2000, 4000, 8000, 10_000, 10_000]
    expect(tries.map((count) => waitMs(count, 1))).toEqual(longest)
    expect(tries.map((count) => waitMs(count, 0))).toEqual(longest.map((ms) => ms / 2))
    const spread = new Set(Array.from({ length: 20 }, () => Math.round(waitMs(4))))
    expect(spread.size).toBeGreaterThan(5)
  })
})
