import { DAYS, type Times } from '@sightline/schemas/restrictions'

type Day = (typeof DAYS)[number]

const DAY_MINUTES = 24 * 60

/**
 * Whether an instant (milliseconds) is within days and hours of a time zone. Hours over midnight belong to the day on
 * which they begin.
 */
export function timesTest({ timeZone, days, from = '00:00', to }: Times): (at: number) => boolean {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const begins = minutesOf(from)
  const ends = to === undefined ? DAY_MINUTES : minutesOf(to)
  const on = new Set((days ?? DAYS).map((day) => DAYS.indexOf(day as Day)))
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const day = DAYS.indexOf(parts.get('weekday')!.toLowerCase() as Day)
    const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'))
    if (begins < ends) return on.has(day) && minute >= begins && minute < ends
    if (minute >= begins) return on.has(day)
    return minute < ends && on.has((day + 6) % 7)
  }
}

const minutesOf = (hour: string): number => Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3))
