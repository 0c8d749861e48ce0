import { useEffect } from 'preact/hooks'
import { Countdown } from '../../ui/countdown.tsx'
import { instantText } from '../../ui/time.ts'
import { useNow } from '../../ui/use-now.ts'
import { firstEnd, type Page } from './pages.ts'
import { forgetOver } from './state.ts'
import { texts } from './texts.ts'

const words = texts.cache
/** From then on it is said with urgency. */
const SOON_MS = 15 * 60_000

/** Until when the results are there, and what becomes of them then (QRY-7, QRY-8). */
export function CacheNote({ pages }: { pages: readonly Page[] }) {
  const end = firstEnd(pages)
  const now = useNow(1000)
  const isOver = end !== null && Date.parse(end) <= now
  useEffect(() => {
    if (isOver) forgetOver(Date.now())
  }, [isOver])
  if (end === null) return <p class="search-cache search-cache-soon">{words.notKept}</p>
  const isSoon = Date.parse(end) - now < SOON_MS
  const repeat = pages[0]?.answer.cached
  return (
    <p class={isSoon ? 'search-cache search-cache-soon' : 'search-cache'}>
      <span>
        {words.until}: <Countdown until={end} urgentMs={SOON_MS} />
      </span>
      <span class="search-muted" role={isSoon ? 'status' : undefined}>
        {isSoon ? words.soon : words.left}
      </span>
      {repeat && <span class="search-muted">{words.repeat(instantText(new Date(repeat.askedAt)))}.</span>}
    </p>
  )
}
