import { followByWorker, hasWorker } from './ports.ts'
import { type Listener, readStream, type Told } from './read.ts'

export interface Followed {
  /** Who is signed in, and what they may see: pages with equal values share a connection. */
  who: string
  /** Address to begin at; requested again when the page comes back. */
  address: () => string
  tell(told: Told): void
  /** The browser has restored the page: the events missed meanwhile come now. */
  resumes?(): void
}

/**
 * Follows server-sent events once, until the connection ends. A page that the user has left keeps no connection: the browser
 * may preserve it for "back", and after six such pages all of its six connections to a site would be taken. When the page is
 * restored, it continues where it was.
 * @returns when the api ended it or `signal` was aborted @throws ProblemError when it was refused or failed
 */
export async function followEvents(
  { who, address, tell, resumes }: Followed,
  signal: AbortSignal,
): Promise<void> {
  const listener: Listener = { tell, alive: () => {} }
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    await untilHere(signal)
    if (signal.aborted) return
    if (!isFirst) resumes?.()
    const at = address()
    const [path] = at.split('?')
    const gone = new AbortController()
    const ends = AbortSignal.any([signal, gone.signal])
    watch(() => !isHere() && gone.abort(), ends)
    try {
      if (hasWorker()) await followByWorker(`${who} ${path}`, at, listener, ends)
      else await readStream(at, listener, ends)
      if (!gone.signal.aborted) return
    } finally {
      gone.abort()
    }
  }
}

/** The browser preserves the page, and may restore it. */
let isPutAway = false
addEventListener('pagehide', () => {
  isPutAway = true
})
addEventListener('pageshow', () => {
  isPutAway = false
})

/** Without the shared worker, a hidden page disconnects too; otherwise six tabs would have all connections. */
const isHere = (): boolean => !isPutAway && (hasWorker() || !document.hidden)

async function untilHere(signal: AbortSignal): Promise<void> {
  if (isHere()) return
  const here = new AbortController()
  const ends = AbortSignal.any([signal, here.signal])
  watch(() => isHere() && here.abort(), ends)
  await new Promise<void>((resolve) => ends.addEventListener('abort', () => resolve()))
}

function watch(look: () => void, signal: AbortSignal): void {
  for (const kind of ['pagehide', 'pageshow']) addEventListener(kind, look, { signal })
  document.addEventListener('visibilitychange', look, { signal })
}
