import { Link } from '../../shell/navigate.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { instantText } from '../../ui/time.ts'
import { held, isLoadingOlder, listProblem, loadOlder } from './feed/feed.ts'
import { MOST_HELD } from './feed/held.ts'
import { texts } from './texts.ts'

/** Below the last row: how far back the list goes, and a button for more. */
export function ListEnd({ isEmpty, isNarrowed }: { isEmpty: boolean; isNarrowed: boolean }) {
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
