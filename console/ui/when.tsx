import { texts } from '../shell/texts.ts'
import { dayText, instantText, timeText, utcText } from './time.ts'

interface Props {
  /** ISO 8601, or null. */
  at: string | null | undefined
  /** `instant`: day and time; `time`: the time, with the day if it is not today; `day`: only the day. */
  as?: 'instant' | 'time' | 'day'
}

/** An instant in the viewer's zone, with UTC on hover, and in machine-readable form. */
export function When({ at, as = 'instant' }: Props) {
  if (!at) return <span class="when-none">{texts.when.none}</span>
  const date = new Date(at)
  const text = as === 'day' ? dayText(date) : as === 'time' ? timeText(date, new Date()) : instantText(date)
  return (
    <time class="when" dateTime={at} title={texts.when.utc(utcText(date))}>
      {text}
    </time>
  )
}
