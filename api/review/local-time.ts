import { SightlineError } from '@sightline/schemas/errors'

export interface LocalTime {
  /** E.g. `2026-11-24`. */
  day: string
  /** 0 … 23 */
  hour: number
}

/**
 * Local day and hour of an instant.
 * @param timeZone IANA name, e.g. `America/Los_Angeles`
 * @throws MESSAGE_INVALID for an unknown time zone
 */
export function localClock(timeZone: string): (at: number) => LocalTime {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  } catch {
    throw new SightlineError('MESSAGE_INVALID', 'not a valid review: /timeZone is unknown', {
      hint: 'Use a name from the IANA database, e.g. America/Los_Angeles.',
    })
  }
  // The Swedish format is like ISO 8601: 2026-11-24 13:05.
  return (at) => {
    const text = format.format(at)
    return { day: text.slice(0, 10), hour: Number(text.slice(11, 13)) }
  }
}
