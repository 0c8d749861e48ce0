import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'
import { lastInstant, signingDeadline } from './deadline.ts'

/** Until when the review of a quarter is to be signed (AUD-3). */
export function SignBy({ quarter }: { quarter: string }) {
  const end = signingDeadline(quarter)
  const isOver = Date.now() >= end
  return (
    <Tag kind={isOver ? 'bad' : 'warn'}>
      {isOver ? texts.due.overdue : texts.due.signedBy} <When at={lastInstant(end)} as="day" />
    </Tag>
  )
}
