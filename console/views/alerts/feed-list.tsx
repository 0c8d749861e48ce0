import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Link } from '../../shell/navigate.ts'
import { me } from '../../shell/session.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { instantText } from '../../ui/time.ts'
import { type Entry, statusOf } from './feed/entry.ts'
import { held, isLoadingOlder, listProblem, loadOlder } from './feed/feed.ts'
import { MOST_HELD, placeIn } from './feed/held.ts'
import { FeedRow } from './feed-row.tsx'
import { neighbor } from './neighbor.ts'
import { select } from './select.ts'
import { texts } from './texts.ts'
import './feed-list.css'

/** Height of every row, pixels. */
const ROW = 82
/** Older alerts are loaded when this many rows are left. */
const AHEAD = 60

interface Props {
  rows: readonly Entry[]
  selected: number | null
  now: number
  /** Only some alerts pass the filter, so older ones are loaded only on request. */
  isNarrowed: boolean
}

/**
 * The alerts, newest first, however many: only visible rows are in the page. If the user has scrolled down, the visible rows
 * stay in place while new ones are added above.
 */
export function FeedList({ rows, selected, now, isNarrowed }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    getItemKey: (index) => rows[index]!.sequence,
  })
  const items = virtual.getVirtualItems()
  const above = useAnchor(scroller, rows)

  const at = selected === null ? undefined : placeIn(rows, selected)
  useEffect(() => {
    if (at !== undefined) virtual.scrollToIndex(at)
  }, [selected])

  const lastShown = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (!isNarrowed && lastShown >= rows.length - AHEAD) void loadOlder()
  }, [lastShown, rows.length, isNarrowed, held.value.next, listProblem.value])

  const step = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const inSight = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 1)
    const keys: Record<string, () => number | undefined> = {
      ArrowDown: () => neighbor(rows, selected, 1),
      ArrowUp: () => neighbor(rows, selected, -1),
      PageDown: () => neighbor(rows, selected, inSight),
      PageUp: () => neighbor(rows, selected, -inSight),
      Home: () => rows[0]?.sequence,
      // End of the loaded alerts: it loads older ones, and the next press moves on to them.
      End: () => rows.at(-1)?.sequence,
    }
    const to = keys[event.key]?.()
    if (to === undefined) return
    event.preventDefault()
    select(to)
  }

  return (
    <div class="alerts-list">
      {above.count > 0 && (
        <div class="alerts-above">
          <Button kind="primary" onClick={above.toTop}>
            ↑ {texts.list.newAbove(above.count)}
          </Button>
        </div>
      )}
      <div class="alerts-scroll" ref={scroller}>
        <div
          id="alerts-list"
          role="listbox"
          aria-label={texts.list.label}
          aria-activedescendant={at === undefined ? undefined : `alert-${selected}`}
          tabIndex={0}
          class="alerts-rows"
          onKeyDown={step}
          style={{ height: virtual.getTotalSize() }}
        >
          {items.map(({ index, start }) => {
            const entry = rows[index]!
            const { sequence } = entry
            return (
              <div
                key={sequence}
                id={`alert-${sequence}`}
                data-sequence={sequence}
                role="option"
                aria-selected={sequence === selected}
                aria-posinset={index + 1}
                aria-setsize={rows.length}
                class={`alerts-row alerts-row-${entry.alert.display.priority}`}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => select(sequence)}
              >
                <FeedRow entry={entry} status={statusOf(entry, me.value, now)} />
              </div>
            )
          })}
        </div>
        <ListEnd isEmpty={rows.length === 0} isNarrowed={isNarrowed} />
      </div>
    </div>
  )
}

/** Keeps visible rows in place when others are added above, and counts those. */
function useAnchor(scroller: { current: HTMLDivElement | null }, rows: readonly Entry[]) {
  const [count, setCount] = useState(0)
  const first = useRef(rows[0]?.sequence)
  useLayoutEffect(() => {
    const element = scroller.current
    const was = first.current
    first.current = rows[0]?.sequence
    if (!element || was === undefined) return
    const came = placeIn(rows, was) ?? 0
    if (came === 0 || element.scrollTop < ROW / 2) return
    element.scrollTop += came * ROW
    setCount((before) => before + came)
  }, [rows])
  useEffect(() => {
    const element = scroller.current
    const look = () => element && element.scrollTop < ROW / 2 && setCount(0)
    element?.addEventListener('scroll', look, { passive: true })
    return () => element?.removeEventListener('scroll', look)
  }, [])
  return { count, toTop: () => scroller.current?.scrollTo({ top: 0 }) }
}

/** Below the last row: how far back the list goes, and a button for more. */
function ListEnd({ isEmpty, isNarrowed }: { isEmpty: boolean; isNarrowed: boolean }) {
  const words = texts.list
  const { entries, next } = held.value
  const oldest = entries.at(-1)
  // The problem and the button to retry are above the list.
  if (listProblem.value) return null
  if (next === undefined) return <Loading rows={6} />
  if (!oldest && next === null) {
    return (
      <Empty icon="alert" text={words.none}>
        <span>{words.noneHint}</span> <Link href="/displays">{words.toDisplays}</Link>
      </Empty>
    )
  }
  return (
    <div class="alerts-end">
      {isEmpty && <p>{words.noneInFilter}</p>}
      {oldest && (isNarrowed || isEmpty) && (
        <p>{words.lookedBack(instantText(new Date(oldest.alert.read.seenAt)))}</p>
      )}
      <Further isNarrowed={isNarrowed} />
    </div>
  )
}

/** What exists beyond the oldest alert in memory. */
function Further({ isNarrowed }: { isNarrowed: boolean }) {
  const words = texts.list
  const { entries, next } = held.value
  if (isLoadingOlder.value) return <p role="status">{words.loadingOlder}</p>
  if (next === null) return <p>{words.end}</p>
  if (entries.length >= MOST_HELD) return <p>{words.full}</p>
  if (!isNarrowed) return null
  return <Button onClick={() => void loadOlder()}>{words.older}</Button>
}
