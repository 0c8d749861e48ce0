import { useMemo } from 'preact/hooks'
import { dayText, instantText } from '../../ui/time.ts'
import type { Row } from './pages.ts'
import { selected } from './state.ts'
import { binsOf } from './strip-bins.ts'
import { texts } from './texts.ts'

const BINS = 120
const WIDTH = 1200
const HEIGHT = 40

/** The reads on a time axis. A bar selects the newest read of its interval; arrow keys move from read to read. */
export function Strip({ rows }: { rows: readonly Row[] }) {
  const words = texts.results
  const instants = useMemo(() => rows.map(({ read }) => Date.parse(read.seenAt)), [rows])
  const bins = useMemo(() => binsOf(instants, BINS), [instants])
  const [newest, oldest] = [instants[0], instants.at(-1)]
  if (newest === undefined || oldest === undefined) return null
  const most = Math.max(...bins.map(({ count }) => count))
  const at = rows.findIndex(({ read }) => read.id === selected.value)
  const span = Math.max(1, newest - oldest)
  const x = (instant: number) => ((instant - oldest) / span) * WIDTH
  const choose = (place: number) => {
    selected.value = rows[Math.max(0, Math.min(rows.length - 1, place))]!.read.id
  }
  // Right is later, and later reads come first in the rows.
  const steps: Record<string, number> = {
    ArrowLeft: at + 1,
    ArrowDown: at + 1,
    ArrowRight: at - 1,
    ArrowUp: at - 1,
    PageDown: at + 10,
    PageUp: at - 10,
    Home: rows.length - 1,
    End: 0,
  }
  const press = (event: KeyboardEvent) => {
    const to = steps[event.key]
    if (to === undefined) return
    event.preventDefault()
    choose(to)
  }
  const point = (event: MouseEvent & { currentTarget: HTMLDivElement }) => {
    const box = event.currentTarget.getBoundingClientRect()
    const wanted = Math.floor(((event.clientX - box.left) / box.width) * BINS)
    const near = bins
      .map((bin, n) => ({ ...bin, far: Math.abs(n - wanted) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.far - b.far)[0]
    if (near) choose(near.newest)
  }
  return (
    <div class="search-strip">
      <time dateTime={new Date(oldest).toISOString()}>{dayText(new Date(oldest))}</time>
      <div
        class="search-strip-slider"
        role="slider"
        tabIndex={0}
        aria-label={words.strip}
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={rows.length}
        aria-valuenow={rows.length - Math.max(0, at)}
        aria-valuetext={
          at < 0
            ? words.stripNone
            : words.stripValue(instantText(new Date(instants[at]!)), rows.length - at, rows.length)
        }
        onClick={point}
        onKeyDown={press}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {bins.map(({ from, count }) =>
            count === 0 ? null : (
              <rect
                key={from}
                class="search-strip-bar"
                x={Math.min(x(from), WIDTH - WIDTH / BINS)}
                y={HEIGHT - 4 - (count / most) * (HEIGHT - 8)}
                width={WIDTH / BINS - 2}
                height={4 + (count / most) * (HEIGHT - 8)}
              />
            ),
          )}
          {at >= 0 && (
            <rect
              class="search-strip-mark"
              x={Math.min(x(instants[at]!), WIDTH - 4)}
              y={0}
              width={4}
              height={HEIGHT}
            />
          )}
        </svg>
      </div>
      <time dateTime={new Date(newest).toISOString()}>{dayText(new Date(newest))}</time>
    </div>
  )
}
