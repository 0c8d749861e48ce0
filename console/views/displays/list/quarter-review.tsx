import { nameInSentence } from '../../../shell/directory.ts'
import { Link } from '../../../shell/navigate.ts'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'
import { quarterOf, statusOf, verdictOf } from './due.ts'

/** Status of oversight's review of the quarter for these displays, and what it rejected and why (DSP-4). */
export function QuarterReview({ displays, now }: { displays: readonly Display[]; now: number }) {
  const words = texts.due
  const quarter = quarterOf(now)
  const concerned = displays.filter(
    (display) => statusOf(display, now) === 'active' || verdictOf(display, now) !== 'waits',
  )
  const count = (verdict: 'waits' | 'relevant' | 'rejected') =>
    concerned.filter((display) => verdictOf(display, now) === verdict).length
  const rejected = concerned.filter((display) => verdictOf(display, now) === 'rejected')
  return (
    <section class="displays-group">
      <h2>{words.quarter(quarter.name)}</h2>
      <p class="displays-note">{words.quarterLead(new Date(quarter.end - 1).toISOString().slice(0, 10))}</p>
      <p class="displays-counts">
        <Tag>{words.counts.waits(count('waits'))}</Tag>
        <Tag kind="good">{words.counts.relevant(count('relevant'))}</Tag>
        <Tag kind="bad">{words.counts.rejected(count('rejected'))}</Tag>
      </p>
      {rejected.length === 0 ? (
        <p class="displays-note">{words.noneRejected}</p>
      ) : (
        <>
          <h3>{words.rejectedList}</h3>
          <ul class="displays-plain">
            {rejected.map(({ id, plate, region, review }) => (
              <li key={id}>
                <Link href={`/displays/${id}`} class="displays-link">
                  <PlateText plate={plate} region={region} />
                </Link>{' '}
                {review && `${words.said(nameInSentence(review.by))} ${review.reason}`}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
