import { Tag } from '../../ui/tag.tsx'
import { useNow } from '../../ui/use-now.ts'
import { When } from '../../ui/when.tsx'
import { daysLeft, dueStep, statusOf, verdictOf } from './list/due.ts'
import { texts } from './texts.ts'
import type { Display } from './types.ts'

const HOUR_MS = 3_600_000
const KINDS = { active: 'good', expired: 'warn', closed: 'plain', rejected: 'bad' } as const

export function StatusTag({ display }: { display: Display }) {
  const status = statusOf(display, useNow(HOUR_MS))
  return <Tag kind={KINDS[status]}>{texts.status[status]}</Tag>
}

/** When it ends. Once its owner is asked to validate it, also the days left (DSP-3). */
export function Ends({ display }: { display: Pick<Display, 'state' | 'expiresAt'> }) {
  const now = useNow(HOUR_MS)
  const step = dueStep(display, now)
  return (
    <span class="displays-ends">
      <When at={display.expiresAt} as="day" />
      {step !== null && (
        <Tag kind={step === 7 ? 'bad' : 'warn'}>{texts.dueTag(daysLeft(display.expiresAt, now))}</Tag>
      )}
    </span>
  )
}

const VERDICTS = { waits: 'plain', relevant: 'good', rejected: 'bad' } as const

/** Oversight's verdict on it in this quarter (DSP-4). */
export function VerdictTag({ display }: { display: Pick<Display, 'state' | 'expiresAt' | 'review'> }) {
  const now = useNow(HOUR_MS)
  if (statusOf(display, now) !== 'active' && !display.review) return null
  const verdict = verdictOf(display, now)
  return <Tag kind={VERDICTS[verdict]}>{texts.verdict[verdict]}</Tag>
}
