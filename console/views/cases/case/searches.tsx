import { nameInSentence } from '../../../shell/directory.ts'
import { may, me } from '../../../shell/session.ts'
import { Empty } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { ApproveButton } from '../approve-button.tsx'
import { SearchTable } from '../search-table.tsx'
import { texts } from '../texts.ts'
import type { PartProps } from './page.tsx'

/** Searches without a plate that were requested in the case; a member approves those of others (QRY-6). */
export function Searches({ one }: PartProps) {
  const words = texts.searches
  const searches = one.placeSearches.map((search) => ({
    search,
    state:
      search.approvedBy !== null ? (
        <Tag kind="good">{words.approved(nameInSentence(search.approvedBy))}</Tag>
      ) : search.askedBy !== me.value && may('search.approve') && one.state === 'open' ? (
        <ApproveButton id={one.id} search={search.id} />
      ) : (
        <Tag kind="warn">{words.waitsHere}</Tag>
      ),
  }))
  return (
    <section class="cases-part">
      <h2>{words.heading}</h2>
      <p class="cases-note">{words.lead}</p>
      {searches.length === 0 ? (
        <Empty text={words.empty} />
      ) : (
        <SearchTable searches={searches} last={words.columns.state} />
      )}
    </section>
  )
}
