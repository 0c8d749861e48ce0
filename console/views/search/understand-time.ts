import { casual, type ParsedResult } from 'chrono-node/en'

/** A typed period, e.g. `last week`, in the viewer's zone. */
export interface Said {
  from: Date
  to: Date
  /** As typed. */
  words: string
}

type Span = readonly [from: Date, to: Date]

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MONTH = `(?:${MONTHS.join('|')})[a-z]*\\.?`
/** Texts that can only be dates, anywhere. */
const PLAIN_DATE = '\\d{4}-\\d{1,2}-\\d{1,2}|\\d{1,2}/\\d{1,2}/(?:\\d{4}|\\d{2})|\\d{1,2}/\\d{1,2}'
/** Texts that are dates only after `on`, `since`, `from` … */
const NAMED_DATE = `${MONTH} \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?|\\d{1,2}(?:st|nd|rd|th)? (?:of )?${MONTH}(?: \\d{4})?`
const WEEKDAY = `(?:last )?(?:${WEEKDAYS.join('|')})`
/** How long ago, in words that cannot be anything else either. */
const AGO =
  '(?:\\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:day|week|month|year)s? ago'
const HOUR = '(?:,? ?(?:at )?(?:\\d{1,2}(?::\\d{2})? ?[ap]\\.?m|\\d{1,2}:\\d{2}|noon|midnight))?'
const DATE = `(?:${PLAIN_DATE}|${NAMED_DATE}|${WEEKDAY}|${AGO}|yesterday|today)${HOUR}`
const HOUR_MS = 3_600_000
const UNIT = '(hour|hr|day|week|month|year)s?'
const HOURS: Readonly<Record<string, number>> = {
  hour: 1,
  hr: 1,
  day: 24,
  week: 7 * 24,
  month: 30 * 24,
  year: 365 * 24,
}

const phrase = (pattern: string): RegExp => new RegExp(`(?:^|[\\s,;])(${pattern})(?=$|[\\s,;])`, 'i')

/** Each with its meaning; the first one in a text counts. */
const PHRASES: readonly (readonly [
  RegExp,
  (found: readonly (string | undefined)[], now: Date) => Span | null,
])[] = [
  [
    phrase(`(?:from|between) (${DATE}) (?:to|and|until|till|-|–) (${DATE})`),
    ([from, to], now) => joinSpans(dayOf(from, now), dayOf(to, now)),
  ],
  [
    phrase(`(${PLAIN_DATE}) ?(?:to|until|-|–) ?(${PLAIN_DATE})`),
    ([from, to], now) => joinSpans(dayOf(from, now), dayOf(to, now)),
  ],
  [phrase(`(?:since|after) (${DATE})`), ([from], now) => joinSpans(dayOf(from, now), [now, now])],
  [
    phrase(`(?:in the |during the |over the )?(?:last|past|previous) (\\d{1,3}) ?${UNIT}`),
    ([count, unit = ''], now) => [back(now, Number(count) * HOURS[unit.toLowerCase()]!), now],
  ],
  [
    phrase(`(?:in the |during the |over the )?(?:last|past) ${UNIT}`),
    ([unit = ''], now) => [back(now, HOURS[unit.toLowerCase()]!), now],
  ],
  [phrase('last night'), (_, now) => [at(now, -1, 18), earlier(at(now, 0, 6), now)]],
  [phrase('this week'), (_, now) => [at(now, -now.getDay()), now]],
  [phrase('this month'), (_, now) => [at(now, 1 - now.getDate()), now]],
  [phrase(`(?:on )?(${AGO})`), ([date], now) => dayOf(date, now)],
  [phrase(`(?:on )(${DATE})`), ([date], now) => dayOf(date, now)],
  [phrase(`((?:${PLAIN_DATE}|yesterday|today)${HOUR})`), ([date], now) => dayOf(date, now)],
]

/** Finds a period among other words. @returns null if there is none, or it has not begun yet */
export function timeIn(text: string, now: Date): { rest: string; said: Said } | null {
  for (const [pattern, meaning] of PHRASES) {
    const found = pattern.exec(text)
    const words = found?.[1]
    if (!found || words === undefined) continue
    const span = meaning(found.slice(2), now)
    const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`.trim()
    // By itself it may be a plate, and does not set a period.
    if (!span || span[0] >= now || span[0] >= span[1] || !rest) return null
    return { rest: rest.replace(/\s+/g, ' '), said: { from: span[0], to: earlier(span[1], now), words } }
  }
  return null
}

const earlier = (a: Date, b: Date): Date => (a < b ? a : b)
const back = (now: Date, hours: number): Date => new Date(now.getTime() - hours * HOUR_MS)

/** The day this many days after a moment's, at an hour. */
const at = (now: Date, days: number, hour = 0): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour)

/** Until the end of a day, or until the stated hour. */
const joinSpans = (from: Span | null, to: Span | null): Span | null =>
  from && to && [from[0], to[1].getTime() - to[0].getTime() === HOUR_MS ? to[0] : to[1]]

/** The meaning of a date: its day, or the hour that begins with its time; the last one that has begun. */
function dayOf(text = '', now: Date): Span | null {
  const words = text.replace(/[.,]$/, '')
  // From noon: chrono counts days of 24 hours, and from the first hour of a day they lead to another one over a change of clocks.
  const [found] = casual.parse(words, at(now, 0, 12))
  if (found?.text.length !== words.length) return null
  const start = lastOf(found, now)
  if (found.start.isCertain('hour')) return [start, new Date(start.getTime() + HOUR_MS)]
  return [at(start, 0), at(start, 1)]
}

/**
 * chrono chooses the nearest: for a day without a year, or a weekday, that may be in the future. Sightings are in the past.
 */
function lastOf({ start }: ParsedResult, now: Date): Date {
  const date = start.date()
  if (start.isCertain('weekday') && !start.isCertain('day')) {
    while (at(date, 0) >= at(now, 0)) date.setDate(date.getDate() - 7)
  } else if (!start.isCertain('year') && at(date, 0) > now) date.setFullYear(date.getFullYear() - 1)
  return date
}
