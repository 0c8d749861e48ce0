import { followByWorker, hasWorker } from './ports.ts'
import { type Listener, readStream, type Told } from './read.ts'

export interface Followed {
  /** Who is signed on, and what they may see: pages of the same share a connection. */
  who: string
  /** Address to begin at; asked again when the page comes back. */
  address: () => string
  tell(told: Told): void
  /** The page came back from where the browser had put it: what came meanwhile comes now. */
  resumes?(): void
}

/**
 * Follows server-sent events once, until the connection ends. A page that is gone away from holds none: the browser may
 * keep it as it is, for "back", and of its six connections to a site none would be left after six such pages. It goes on
 * where it was when it comes back.
 * @returns when the api ended it or `signal` was aborted @throws ProblemError when it was refused or broke
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

/** Put away by the browser, which may bring it back. */
let isPutAway = false
addEventListener('pagehide', () => {
  isPutAway = true
})
addEventListener('pageshow', () => {
  isPutAway = false
})

/** Without the shared worker a page that nobody sees is not here either, else six tabs would have all connections. */
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
