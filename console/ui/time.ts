/** Instants as people read them: in the viewer's zone and 24 hours, with the zone's name where it matters. */

const day = shortMonths({ day: '2-digit', month: 'short', year: 'numeric' })
const clock = new Intl.DateTimeFormat('en-GB', {
  ...({ hour: '2-digit', minute: '2-digit', second: '2-digit' } as const),
  hour12: false,
})
const utc = shortMonths({
  ...({ day: '2-digit', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const),
  ...({ second: '2-digit', hour12: false, timeZone: 'UTC' } as const),
})

/** Day before month. Every month has three letters; British English writes `Sept`. */
function shortMonths(options: Intl.DateTimeFormatOptions): { format(date: Date): string } {
  const format = new Intl.DateTimeFormat('en-GB', options)
  return { format: (date) => format.format(date).replace('Sept', 'Sep') }
}

/** `24 Nov 2026` */
export const dayText = (date: Date): string => day.format(date)

/** `24 Nov 2026, 03:05:01` */
export const instantText = (date: Date): string => `${day.format(date)}, ${clock.format(date)}`

/** `03:05:01`, with the day before it when that is not the day of `now`. */
export const timeText = (date: Date, now: Date): string =>
  day.format(date) === day.format(now) ? clock.format(date) : instantText(date)

/** `24 Nov 2026, 03:05:01`, in UTC */
export const utcText = (date: Date): string => utc.format(date)

/** How long something lasts, in its two largest units: `2 d 4 h`, `3 h 5 min`, `4 min 9 s`, `12 s`. @param ms 0 or more */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** The day of an instant in the viewer's zone, as a date field has it: `2027-05-01`. */
export function dayOf(instant: string): string {
  const at = new Date(instant)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/**
 * The end of a day in the viewer's zone: something that lasts until the 1st includes that evening. @param day `2027-05-01`
 */
export function endOfDay(day: string): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  return new Date(year, month - 1, date, 23, 59, 59).toISOString()
}
