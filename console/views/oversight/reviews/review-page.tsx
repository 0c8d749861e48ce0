import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { useParams } from '../../../shell/navigate.ts'
import { me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { RecordDialog } from '../audit/record-dialog.tsx'
import { SignBy } from '../due/sign-by.tsx'
import { OversightTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import type { Item, Review } from '../types.ts'
import { ItemCard } from './item.tsx'
import { JudgeDialog } from './judge-dialog.tsx'
import { filterItems, nextOpen, SHOWN, type Shown } from './narrow.ts'
import { Population } from './population.tsx'
import { SignDialog } from './sign-dialog.tsx'

const words = texts.review

/** One quarter's review: the basis of its sample, one verdict per item, the signature (AUD-3, AUD-5). */
export default function ReviewPage() {
  const { quarter = '' } = useParams()
  const query = useQuery({
    queryKey: ['oversight', 'review', quarter],
    queryFn: () => answer(api.GET('/v1/oversight/reviews/{quarter}', { params: { path: { quarter } } })),
  })
  return (
    <Page title={words.title(quarter)}>
      <OversightTabs current="/oversight/reviews" />
      <Loaded query={query}>{(review) => <Content review={review} />}</Loaded>
    </Page>
  )
}

function Content({ review }: { review: Review }) {
  const { quarter, items, signOff } = review
  const [chosen, setShown] = useState<Shown | null>(null)
  // Once everything is judged or signed, no item is left without a verdict.
  const shown = chosen ?? (items.some(({ finding }) => finding === null) ? 'open' : 'all')
  const [judged, setJudged] = useState<Item | null>(null)
  const [record, setRecord] = useState<number | null>(null)
  const [isSigning, setIsSigning] = useState(false)
  const left = items.filter(({ finding }) => finding === null).length
  const rows = filterItems(items, shown)
  const next = judged?.finding === null ? nextOpen(items, judged, me.value) : undefined
  return (
    <>
      <div class="filter-bar oversight-bar">
        <label>
          {words.filter}
          <select value={shown} onChange={(event) => setShown(event.currentTarget.value as Shown)}>
            {SHOWN.map((one) => (
              <option key={one} value={one}>
                {words.filters[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.progress(items.length - left, items.length)}
          <progress class="oversight-progress" max={items.length || 1} value={items.length - left} />
        </label>
        {signOff ? (
          <p>
            {words.signedBy} <Person id={signOff.by} />, <When at={signOff.at} />: {signOff.statement}
          </p>
        ) : left > 0 ? (
          <p class="oversight-muted">
            {words.signLeft(left)} <SignBy quarter={quarter} />
          </p>
        ) : (
          <Button kind="primary" onClick={() => setIsSigning(true)}>
            {words.sign}
          </Button>
        )}
      </div>
      {rows.length === 0 && <Empty icon="check" text={words.none} />}
      <ul class="oversight-list" aria-label={words.items}>
        {rows.map((item) => (
          <ItemCard
            key={item.id}
            item={item}
            isFinal={signOff !== null}
            onJudge={() => setJudged(item)}
            onRecord={setRecord}
          />
        ))}
      </ul>
      <Population review={review} />
      {judged && (
        <JudgeDialog
          key={judged.id}
          {...{ quarter, item: judged, goesOn: next !== undefined, onRecord: setRecord }}
          onDone={() => setJudged(next ?? null)}
          onClose={() => setJudged(null)}
        />
      )}
      {record !== null && <RecordDialog number={record} onClose={() => setRecord(null)} />}
      {isSigning && <SignDialog quarter={quarter} onClose={() => setIsSigning(false)} />}
    </>
  )
}
