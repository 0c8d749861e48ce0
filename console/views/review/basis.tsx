import { dayText, instantText } from '../../ui/time.ts'
import { Sources } from '../search/sources.tsx'
import { texts as search } from '../search/texts.ts'
import { texts } from './texts.ts'
import type { Found, Tool } from './use-tool.ts'

type Told = Pick<Found<'timeline'>, 'window' | 'narrowed' | 'vendors' | 'cached'> & { isTruncated?: boolean }

interface Props {
  found: Told & Partial<Found<Tool>>
  /** Asks the vendors again that did not answer in full. */
  onRetry: () => void
}

/** The basis of an answer: the window, whether all vendors answered, whether it comes from the cache (QRY-7). */
export function Basis({ found, onRetry }: Props) {
  const { window, narrowed, vendors, cached, isTruncated = false } = found
  return (
    <div class="review-basis">
      <span class="review-muted">
        {search.window.text(dayText(new Date(window.from)), dayText(new Date(window.to)))}
        {cached && `, ${texts.basis.repeat(instantText(new Date(cached.askedAt)))}`}
      </span>
      <Sources reports={vendors} narrowed={narrowed} onRetry={onRetry} />
      {isTruncated && <p class="notice">{texts.basis.truncated}</p>}
    </div>
  )
}
