import { texts } from '../shell/texts.ts'
import { durationText } from './time.ts'
import { useNow } from './use-now.ts'

interface Props {
  /** ISO 8601. */
  until: string
  /** Shown as urgent when less than this is left, milliseconds. */
  urgentMs?: number
}

/** Counts down to an instant; shows `over` after it. */
export function Countdown({ until, urgentMs = 0 }: Props) {
  const end = Date.parse(until)
  const left = end - useNow(1000)
  if (left <= 0) return <span class="countdown countdown-over">{texts.countdown.over}</span>
  return (
    <time
      class={left < urgentMs ? 'countdown countdown-urgent' : 'countdown'}
      dateTime={until}
      title={new Date(end).toLocaleString('en-GB')}
    >
      {texts.countdown.left(durationText(left))}
    </time>
  )
}
