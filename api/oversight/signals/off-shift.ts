import type { Shift } from '@sightline/schemas/misuse'
import { several } from '@sightline/schemas/several'
import { localClock } from '../../review/local-time.ts'
import { groupBy, type SignalFinder, signal } from './signal.ts'

const DAY_MS = 86_400_000

/** Queries outside a person's configured working hours. */
export const offShift: SignalFinder = ({ questions }, { settings, thresholds }) => {
  const own = new Map(settings.shifts.map((shift) => [shift.person, shift]))
  return [...groupBy(questions, ({ person }) => person)].flatMap(([person, asked]) => {
    const shift = own.get(person) ?? settings.shift
    if (!shift) return []
    const works = worksAt(shift)
    const outside = asked.filter(({ at }) => !works(at))
    if (outside.length < thresholds.offShift) return []
    const hours = `${shift.fromHour}:00 to ${shift.toHour}:00, ${shift.timeZone}`
    return signal('off-shift', [person], null, outside, {
      explanation: `${person} made ${outside.length} of ${several(asked.length, 'query', 'queries')} outside their shift (${hours}); ${thresholds.offShift} or more is unusual.`,
      perhaps: 'Overtime, a call at night, or a changed shift that is not configured yet.',
    })
  })
}

/**
 * Whether an instant is within a shift, by local time there; a shift over midnight belongs to the day on which it
 * begins.
 * @throws MESSAGE_INVALID for an unknown time zone
 */
export function worksAt({ timeZone, days, fromHour, toHour }: Shift): (at: number) => boolean {
  const clock = localClock(timeZone)
  const endsNextDay = toHour <= fromHour
  const weekday = (dayMs: number) => new Date(dayMs).getUTCDay() || 7
  return (at) => {
    const { day, hour } = clock(at)
    const today = Date.parse(day)
    if (hour >= fromHour && (endsNextDay || hour < toHour) && days.includes(weekday(today))) return true
    return endsNextDay && hour < toHour && days.includes(weekday(today - DAY_MS))
  }
}
