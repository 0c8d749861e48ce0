import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

interface Asked {
  kind: string
  id: number
  address?: string
}

/** A browser's shared worker as a page sees it; what it says is said here. */
class FakeWorker extends EventTarget {
  static started: FakeWorker[] = []
  onerror: (() => void) | null = null
  readonly asked: Asked[] = []
  readonly port = Object.assign(new EventTarget(), {
    start: () => {},
    postMessage: (message: Asked) => this.asked.push(message),
  })
  constructor() {
    super()
    FakeWorker.started.push(this)
  }
  say(data: object): void {
    this.port.dispatchEvent(Object.assign(new Event('message'), { data }))
  }
  fail(): void {
    this.onerror?.()
    this.dispatchEvent(new Event('error'))
  }
}

describe('a page whose streams the shared worker follows', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.resetModules()
    FakeWorker.started = []
    vi.stubGlobal('SharedWorker', FakeWorker)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const begin = async () => {
    const { followByWorker, hasWorker } = await import('../../../console/api/streams/ports.ts')
    const follow = (address = '/a') => {
      const told: string[] = []
      const stop = new AbortController()
      const listener = { tell: ({ data }: { data: string }) => told.push(data), alive: () => {} }
      const end = followByWorker('dana', address, listener, stop.signal).then(
        () => 'ended',
        ({ code }: { code: string }) => code,
      )
      return { told, stop, end }
    }
    return { follow, hasWorker }
  }

  it('receives only its own streams and how they end, and can leave them', async () => {
    const { follow } = await begin()
    const [one, other, refused] = [follow('/a'), follow('/b'), follow('/c')]
    const [worker] = FakeWorker.started
    const [a, b, c] = worker!.asked.map(({ id }) => id)
    worker!.say({ kind: 'told', id: a, told: { data: 'for a' } })
    worker!.say({ kind: 'told', id: b, told: { data: 'for b' } })
    worker!.say({ kind: 'end', id: b, problem: null })
    const problem = { code: 'NOT_ALLOWED', title: '', detail: '', hint: null, status: 403 }
    worker!.say({ kind: 'end', id: c, problem })
    one.stop.abort()
    expect(await Promise.all([one.end, other.end, refused.end])).toEqual(['ended', 'ended', 'NOT_ALLOWED'])
    expect([one.told, other.told]).toEqual([['for a'], ['for b']])
    expect(worker!.asked.filter(({ kind }) => kind === 'leave').map(({ id }) => id)).toEqual([b, c, a])
    expect(FakeWorker.started).toHaveLength(1)
  })

  it('replaces a worker that has become silent', async () => {
    const { follow } = await begin()
    const { end } = follow()
    for (let beat = 0; beat < 5; beat++) {
      await vi.advanceTimersByTimeAsync(40_000)
      const [worker] = FakeWorker.started
      worker!.say({ kind: 'alive', id: worker!.asked[0]!.id })
    }
    await vi.advanceTimersByTimeAsync(46_000)
    expect(await end).toBe('UNREACHABLE')
    const again = follow()
    expect(FakeWorker.started).toHaveLength(2)
    again.stop.abort()
    await again.end
  })

  it('manages without when the browser cannot start it', async () => {
    const { follow, hasWorker } = await begin()
    expect(hasWorker()).toBe(true)
    const { end } = follow()
    FakeWorker.started[0]!.fail()
    expect(await end).toBe('UNREACHABLE')
    expect(hasWorker()).toBe(false)
  })

  it('manages without when the browser has none', async () => {
    vi.stubGlobal('SharedWorker', undefined)
    vi.unstubAllGlobals()
    expect((await begin()).hasWorker()).toBe(false)
  })
})
