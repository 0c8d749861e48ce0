import { useEffect, useRef, useState } from 'preact/hooks'
import { toProblem } from '../api/problem.ts'
import { shownTheme } from '../shell/theme.ts'
import { Button } from '../ui/button.tsx'
import { nextOf } from './geometry.ts'
import type { OpenMap } from './gl.ts'
import { MapList } from './map-list.tsx'
import { texts } from './texts.ts'
import type { MapProps } from './types.ts'
import './map.css'

export type { MapArea, MapLine, MapPoint, MapProps, Place } from './types.ts'

type State = 'loading' | 'ready' | { failed: string }

/**
 * The map: states and counties packaged with the console, or tiles from a server that the api names. Its library is loaded
 * when the first map is shown. It fills its parent, which needs a height.
 */
export function MapView(props: MapProps) {
  const {
    label,
    points,
    lines = NONE,
    areas = NONE,
    selected = null,
    moving = null,
    focus,
    hasTable = false,
  } = props
  const isPicking = props.onPick !== undefined
  const container = useRef<HTMLDivElement>(null)
  const map = useRef<OpenMap | null>(null)
  const [state, setState] = useState<State>('loading')
  // The map always calls the latest handlers.
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    const gone = new AbortController()
    setState('loading')
    const onSelect = (ids: readonly string[]) => {
      const { onSelect, selected } = latest.current
      const id = nextOf(ids, selected)
      if (id !== undefined) onSelect?.(id)
    }
    import('./gl.ts')
      .then(({ openMap }) =>
        openMap(container, {
          label,
          onSelect,
          onPick: isPicking ? (place) => latest.current.onPick?.(place) : undefined,
          signal: gone.signal,
        }),
      )
      .then((opened) => {
        if (gone.signal.aborted) return opened?.close()
        map.current = opened
        setState('ready')
      })
      .catch((error: unknown) => {
        const isWebGl = /webgl/i.test(String(error))
        if (!gone.signal.aborted) setState({ failed: isWebGl ? texts.noWebGl : toProblem(error).detail })
      })
    return () => {
      gone.abort()
      map.current?.close()
      map.current = null
    }
  }, [shownTheme.value])

  const isReady = state === 'ready'
  const ids = points.map(({ id }) => id).join()
  const shape = JSON.stringify(areas)
  const fitted = useRef('')
  useEffect(() => {
    if (!isReady) return
    // Different points are a new picture; the same points in different colors are not.
    const isOther = fitted.current !== ids + shape
    // When picking places, keep the view as long as the picked places are visible.
    const isKept = isPicking && (fitted.current !== '' || ids + shape === EMPTY)
    fitted.current = ids + shape
    map.current?.show({ points, lines, areas }, isOther && (isKept ? 'unseen' : true))
  }, [isReady, points, lines, shape])
  useEffect(() => {
    if (!isReady) fitted.current = ''
    else map.current?.select(points.find(({ id }) => id === selected))
  }, [isReady, selected, points])
  useEffect(() => map.current?.move(moving), [isReady, moving])
  useEffect(() => {
    if (focus) map.current?.fit(focus)
  }, [isReady, focus])

  return (
    <div class={isPicking ? 'map map-picking' : 'map'}>
      <div
        class="map-canvas"
        ref={container}
        data-map={typeof state === 'string' ? state : 'failed'}
        aria-busy={state === 'loading'}
      />
      {state === 'loading' && (
        <p class="map-note" role="status">
          {texts.loading}
        </p>
      )}
      {typeof state === 'object' && (
        <div class="map-note" role="alert">
          <strong>{texts.failed}</strong>
          <span>{state.failed}</span>
        </div>
      )}
      {isReady && (
        <div class="map-fit">
          <Button kind="plain" onClick={() => map.current?.fit()}>
            {texts.all}
          </Button>
        </div>
      )}
      {!hasTable && <MapList label={label} points={points} selected={selected} onSelect={props.onSelect} />}
    </div>
  )
}

const NONE: readonly never[] = []
/** `ids` and `shape` of a map that shows nothing. */
const EMPTY = '[]'
