import { Tag } from '../../ui/tag.tsx'
import { When } from '../../ui/when.tsx'
import { texts } from './texts.ts'
import { daysLeft, SOON_DAYS } from './whose.ts'

/** How long something is kept; marked once the reminder e-mails have begun (AUD-6). */
export function Until({ until }: { until: string }) {
  const days = daysLeft(until, Date.now())
  return (
    <span class="cases-until">
      <When at={until} as="day" />
      {days <= SOON_DAYS && <Tag kind="warn">{texts.endsIn(days)}</Tag>}
    </span>
  )
}
