import { useEffect, useRef, useState } from 'preact/hooks'
import { problemIn, toProblem } from '../api/problem.ts'
import { texts } from '../shell/texts.ts'
import { Icon } from './icon.tsx'

interface Props {
  /** Address at the api, e.g. `/v1/pictures/edge.gate.abc.plate`; null when there is none. */
  src: string | null
  /** What it shows; no plate. */
  alt: string
  /** What makes the frame's shape; pictures are never cut. */
  shape?: 'plate' | 'vehicle'
  /** Change it to load the picture again. */
  look?: string
  /** Called when the picture has loaded, or cannot be loaded. */
  done?: () => void
}

type State =
  | { kind: 'loading' }
  | { kind: 'shown'; url: string; isSimulated: boolean }
  | { kind: 'failed'; text: string }

/** Pauses before a missing picture is requested again, milliseconds. Pictures arrive moments after their read. */
const AGAIN_MS = [500, 1000, 2000, 4000]

/** The picture next to the text (CAP-4), fetched as data: a refusal can be shown, and nothing stays in a cache. */
export function Picture({ src, alt, shape = 'vehicle', look, done }: Props) {
  const [state, setState] = useState<State>({ kind: 'loading' })
  const before = useRef<string | null>(null)
  useEffect(() => {
    const isOther = before.current !== src
    before.current = src
    if (src === null) return done?.()
    const stop = new AbortController()
    // The old picture stays visible while it is loaded again.
    if (isOther) setState({ kind: 'loading' })
    fetchPicture(src, stop.signal)
      .then(async (response) => {
        const isSimulated = response.headers.get('x-sightline-simulated') === 'true'
        const blob = await response.blob()
        if (stop.signal.aborted) return
        setState({ kind: 'shown', url: URL.createObjectURL(blob), isSimulated })
        done?.()
      })
      .catch((error) => {
        if (stop.signal.aborted) return
        const { status, detail } = toProblem(error)
        setState({ kind: 'failed', text: status === 404 ? texts.picture.gone : detail })
        done?.()
      })
    return () => stop.abort()
  }, [src, look])
  const url = state.kind === 'shown' ? state.url : undefined
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url])

  const frame = `picture picture-${shape}`
  if (src === null) return <Missing frame={frame} text={texts.picture.none} />
  if (state.kind === 'failed') return <Missing frame={frame} text={state.text} />
  if (state.kind === 'loading') {
    return (
      <div
        class={`${frame} picture-loading`}
        role="status"
        aria-label={texts.picture.loading}
        aria-busy="true"
      />
    )
  }
  return (
    <div class={frame}>
      <img src={state.url} alt={state.isSimulated ? texts.picture.simulatedAlt(alt) : alt} />
      {state.isSimulated && <span class="picture-simulated">{texts.picture.simulated}</span>}
    </div>
  )
}

function Missing({ frame, text }: { frame: string; text: string }) {
  return (
    <div class={`${frame} picture-missing`}>
      <Icon name="camera" />
      <span>{text}</span>
    </div>
  )
}

async function fetchPicture(src: string, signal: AbortSignal): Promise<Response> {
  for (let tries = 0; ; tries++) {
    const response = await fetch(src, { signal })
    if (response.ok) return response
    const wait = AGAIN_MS[tries]
    if (response.status !== 404 || wait === undefined) throw await problemIn(response)
    await new Promise((go) => setTimeout(go, wait))
  }
}
