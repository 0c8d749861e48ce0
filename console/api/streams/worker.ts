import { toProblem } from '../problem.ts'
import { createHub } from './hub.ts'
import type { FromPage, ToPage } from './ports.ts'
import { readStream } from './read.ts'

// Runs once for all pages of a browser. Each page numbers its own requests.
const hub = createHub(readStream)

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports as unknown as [MessagePort]
  const followed = new Map<number, AbortController>()
  const say = (message: ToPage) => port.postMessage(message)
  port.onmessage = ({ data }: MessageEvent<FromPage>) => {
    const { id } = data
    if (data.kind === 'leave') return followed.get(id)?.abort()
    const stop = new AbortController()
    followed.set(id, stop)
    const listener = {
      tell: (told: Extract<ToPage, { kind: 'told' }>['told']) => say({ kind: 'told', id, told }),
      alive: () => say({ kind: 'alive', id }),
    }
    const end = (thrown?: unknown) => {
      followed.delete(id)
      // Send nothing to a page that has left: the browser would discard a page preserved for "back".
      if (!stop.signal.aborted) say({ kind: 'end', id, problem: thrown ? { ...toProblem(thrown) } : null })
    }
    hub.follow(data.key, data.address, listener, stop.signal).then(() => end(), end)
  }
})
