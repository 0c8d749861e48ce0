import { ProblemError, unreachableError } from '../problem.ts'
import { type Listener, SILENCE_MS, type Told, whenSilent } from './read.ts'

export type FromPage =
  | { kind: 'follow'; id: number; key: string; address: string }
  | { kind: 'leave'; id: number }
export type ToPage =
  | { kind: 'told'; id: number; told: Told }
  | { kind: 'alive'; id: number }
  | {
      kind: 'end'
      id: number
      problem: Pick<ProblemError, 'code' | 'title' | 'detail' | 'hint' | 'status'> | null
    }

/** By then the worker has noticed that the connection is dead, if it is alive itself. */
const WORKER_SILENCE_MS = SILENCE_MS + 10_000

let worker: SharedWorker | null = null
/** Whether this browser has no shared workers, or failed to start this one. */
let isMissing = !('SharedWorker' in globalThis)
let ids = 0

/** Whether the worker that all pages of this browser share follows streams. */
export const hasWorker = (): boolean => !isMissing

function portOf(): MessagePort {
  if (!worker) {
    worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'streams' })
    worker.onerror = () => {
      isMissing = true
      worker = null
    }
    worker.port.start()
  }
  return worker.port
}

/**
 * Follows a stream through the worker, once.
 * @param key see `Hub`
 * @throws ProblemError when it was refused or failed, or the worker does not respond any more
 */
export async function followByWorker(
  key: string,
  address: string,
  { tell, alive }: Listener,
  signal: AbortSignal,
): Promise<void> {
  const port = portOf()
  const own = worker!
  const id = ++ids
  const silence = whenSilent(WORKER_SILENCE_MS)
  const done = new AbortController()
  const say = (message: FromPage) => port.postMessage(message)
  try {
    await new Promise<void>((resolve, reject) => {
      const broken = () => reject(unreachableError())
      const until = { signal: done.signal }
      port.addEventListener(
        'message',
        ({ data }: MessageEvent<ToPage>) => {
          if (data.id !== id) return
          silence.heard()
          if (data.kind === 'told') tell(data.told)
          else if (data.kind === 'alive') alive()
          else if (data.problem) reject(new ProblemError(data.problem))
          else resolve()
        },
        until,
      )
      own.addEventListener('error', broken, until)
      signal.addEventListener('abort', () => resolve(), until)
      silence.signal.addEventListener(
        'abort',
        () => {
          // It may be gone: the next attempt requests another.
          if (worker === own) worker = null
          broken()
        },
        until,
      )
      say({ kind: 'follow', id, key, address })
    })
  } finally {
    done.abort()
    silence.end()
    say({ kind: 'leave', id })
  }
}
