import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'
import { lastInstant, signingDeadline } from './deadline.ts'

/** Deadline for signing the review of a quarter (AUD-3). */
export function SignBy({ quarter }: { quarter: string }) {
  const end = signingDeadline(quarter)
  const isOver = Date.now() >= end
  return (
    <Tag kind={isOver ? 'bad' : 'warn'}>
      {isOver ? texts.due.overdue : texts.due.signedBy} <When at={lastInstant(end)} as="day" />
    </Tag>
  )
}
