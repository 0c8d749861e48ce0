import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHub } from '../../../console/api/streams/hub.ts'
import type { Follow, Told } from '../../../console/api/streams/read.ts'

/** An api whose alerts are numbers; every third is of a source that nobody here was granted. */
function fakeApi(scheduler: fc.Scheduler) {
  let newest = 0
  const open = new Set<{ wake(): void; fail(): void }>()
  const isVisible = (sequence: number) => sequence % 3 !== 0
  let most = 0
  const read: Follow = async (address, { tell }, signal) => {
    const [, from] = address.split('?after=')
    let sent = from === undefined ? newest : Number(from)
    let wake = () => {}
    let isBroken = false
    const connection = {
      wake: () => wake(),
      fail: () => {
        isBroken = true
        wake()
      },
    }
    open.add(connection)
    most = Math.max(most, open.size)
    const ends = () => signal.aborted || isBroken
    const say = async (told: Told) => {
      await scheduler.schedule(Promise.resolve(), 'on its way')
      if (!ends()) tell(told)
    }
    signal.addEventListener('abort', () => wake())
    try {
      await scheduler.schedule(Promise.resolve(), 'opens')
      const last = newest
      await say({ event: 'ready', id: String(sent), data: JSON.stringify({ after: sent, last }) })
      let isBehind = true
      while (!ends()) {
        if (isBehind && sent >= last) {
          isBehind = false
          await say({ event: 'caught-up', id: String(sent), data: '{}' })
        } else if (sent < newest) {
          sent++
          if (isVisible(sent)) await say({ event: 'alert', id: String(sent), data: '' })
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
      if (isBroken && !signal.aborted) throw new Error('broken')
    } finally {
      open.delete(connection)
    }
  }
  return {
    read,
    open,
    most: () => most,
    newest: () => newest,
    publish: () => {
      newest++
      for (const connection of open) connection.wake()
    },
    visible: (after: number) =>
      Array.from({ length: newest }, (_, at) => at + 1).filter((n) => n > after && isVisible(n)),
  }
}

/** A page that follows, and goes on where it was when the connection breaks. */
function page(hub: ReturnType<typeof createHub>, key: string) {
  const stop = new AbortController()
  let last: number | null = null
  const seen: { after: number; alerts: number[] } = { after: -1, alerts: [] }
  const run = (async () => {
    while (!stop.signal.aborted) {
      const address = last === null ? '/alerts' : `/alerts?after=${last}`
      const tell = ({ event, id }: Told) => {
        if (event === 'ready') {
          if (seen.after < 0) seen.after = Number(id)
          last = Number(id)
        } else if (event === 'alert') {
          last = Number(id)
          seen.alerts.push(last)
        }
      }
      await hub.follow(key, address, { tell, alive: () => {} }, stop.signal).catch(() => {})
    }
  })()
  return { seen, leave: () => stop.abort(), run }
}

describe('streams of many pages over one connection', () => {
  it('bring each page each event once and in order, whoever joins, leaves or breaks when', async () => {
    const step = fc.oneof(
      { weight: 2, arbitrary: fc.constant('come') },
      { weight: 1, arbitrary: fc.constantFrom('leave', 'break') },
      { weight: 3, arbitrary: fc.constant('publish') },
      // Most of what happens is that something arrives.
      { weight: 12, arbitrary: fc.constant('work') },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(step, { maxLength: 150, size: 'max' }),
        async (scheduler, steps) => {
          const api = fakeApi(scheduler)
          const hub = createHub(api.read)
          const pages: ReturnType<typeof page>[] = []
          const settle = async () => {
            do await scheduler.waitIdle()
            while (scheduler.count() > 0)
          }
          for (const step of steps) {
            if (step === 'come') pages.push(page(hub, 'dana /alerts'))
            else if (step === 'leave') pages.shift()?.leave()
            else if (step === 'break') for (const { fail } of api.open) fail()
            else if (step === 'publish') api.publish()
            else if (scheduler.count() > 0) await scheduler.waitOne()
            else await Promise.resolve()
          }
          await settle()
          for (const { seen } of pages) expect(seen.alerts).toEqual(api.visible(seen.after))
          // One that joins has one of its own for a moment, and one goes while the next comes.
          expect(api.open.size).toBe(pages.length > 0 ? 1 : 0)
          for (const { leave } of pages) leave()
          await settle()
          await Promise.all(pages.map(({ run }) => run))
          expect(api.open.size).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are never shared by two people, and are refused to each as the api refuses them', async () => {
    const asked: string[] = []
    const refused = createHub(async (address, { tell }) => {
      asked.push(address)
      tell({ event: 'ready', id: '1', data: '' })
      throw new Error('no')
    })
    const follow = (key: string) =>
      refused.follow(key, key, { tell: () => {}, alive: () => {} }, new AbortController().signal)
    await expect(follow('dana /alerts')).rejects.toThrow('no')
    await expect(follow('dana /alerts')).rejects.toThrow('no')
    await expect(follow('sam /alerts')).rejects.toThrow('no')
    expect(asked).toEqual(['dana /alerts', 'dana /alerts', 'sam /alerts'])

    const open = new Set<string>()
    const hub = createHub(async (address, { tell }, signal) => {
      open.add(address)
      tell({ event: 'caught-up', data: '{}' })
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      open.delete(address)
    })
    const stops = ['dana', 'dana', 'sam'].map((who, at) => {
      const stop = new AbortController()
      void hub.follow(who, `${who}-${at}`, { tell: () => {}, alive: () => {} }, stop.signal)
      return stop
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([...open]).toEqual(['dana-0', 'sam-2'])
    stops[0]!.abort()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([...open]).toEqual(['dana-0', 'sam-2'])
    for (const stop of stops) stop.abort()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([...open]).toEqual([])
  })
})
