/** A stretch of time that was typed, e.g. `last week`, in the viewer's zone. */
export interface Said {
  from: Date
  to: Date
  /** As it was typed. */
  words: string
}

type Span = readonly [from: Date, to: Date]

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MONTH = `(?:${MONTHS.join('|')})[a-z]*\\.?`
/** Dates that are nothing else, wherever they stand. */
const PLAIN_DATE = '\\d{4}-\\d{1,2}-\\d{1,2}|\\d{1,2}/\\d{1,2}/(?:\\d{4}|\\d{2})|\\d{1,2}/\\d{1,2}'
/** Those that are dates behind `on`, `since`, `from` … alone. */
const DATE = `${PLAIN_DATE}|${MONTH} \\d{1,2}(?:,? \\d{4})?|\\d{1,2} ${MONTH}(?: \\d{4})?|${WEEKDAYS.join('|')}|yesterday|today`
const UNIT = '(hour|hr|day|week|month|year)s?'
const HOURS: Readonly<Record<string, number>> = {
  ...{ hour: 1, hr: 1, day: 24, week: 7 * 24, month: 30 * 24, year: 365 * 24 },
}

const phrase = (pattern: string): RegExp => new RegExp(`(?:^|[\\s,;])(${pattern})(?=$|[\\s,;])`, 'i')

/** Each with what it means; the first that stands in a text counts. */
const PHRASES: readonly (readonly [
  RegExp,
  (found: readonly (string | undefined)[], now: Date) => Span | null,
])[] = [
  [
    phrase(`(?:from|between) (${DATE}) (?:to|and|until|till|-|–) (${DATE})`),
    ([from, to], now) => joined(dayOf(from, now), dayOf(to, now)),
  ],
  [
    phrase(`(${PLAIN_DATE}) ?(?:to|until|-|–) ?(${PLAIN_DATE})`),
    ([from, to], now) => joined(dayOf(from, now), dayOf(to, now)),
  ],
  [phrase(`(?:since|after) (${DATE})`), ([from], now) => joined(dayOf(from, now), [now, now])],
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
  [phrase(`(?:on )(${DATE})`), ([date], now) => dayOf(date, now)],
  [phrase(`(${PLAIN_DATE}|yesterday|today)`), ([date], now) => dayOf(date, now)],
]

/** Finds a stretch of time among other words. @returns null where there is none, or it has not begun yet */
export function timeIn(text: string, now: Date): { rest: string; said: Said } | null {
  for (const [pattern, meaning] of PHRASES) {
    const found = pattern.exec(text)
    const words = found?.[1]
    if (!found || words === undefined) continue
    const span = meaning(found.slice(2), now)
    const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`.trim()
    // Alone it may be a plate, and asks for nothing.
    if (!span || span[0] >= now || span[0] >= span[1] || !rest) return null
    return { rest: rest.replace(/\s+/g, ' '), said: { from: span[0], to: earlier(span[1], now), words } }
  }
  return null
}

const earlier = (a: Date, b: Date): Date => (a < b ? a : b)
const back = (now: Date, hours: number): Date => new Date(now.getTime() - hours * 3_600_000)

/** The day so many days on from a moment's, at an hour. */
const at = (now: Date, days: number, hour = 0): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour)

const joined = (from: Span | null, to: Span | null): Span | null => from && to && [from[0], to[1]]

/** The whole day of a date; without a year the last one that has begun. */
function dayOf(text = '', now: Date): Span | null {
  const lower = text.toLowerCase().replace(/[.,]/g, '')
  if (lower === 'today') return [at(now, 0), now]
  if (lower === 'yesterday') return [at(now, -1), at(now, 0)]
  const weekday = WEEKDAYS.indexOf(lower)
  if (weekday >= 0) {
    const ago = (now.getDay() - weekday + 7) % 7 || 7
    return [at(now, -ago), at(now, 1 - ago)]
  }
  const parts = lower.split(/[-/ ]/)
  const isIso = /^\d{4}-/.test(lower)
  const named = parts.findIndex((part) => MONTHS.includes(part.slice(0, 3)))
  // As it is written in the United States: the month first, unless it is spelled out behind the day.
  const [month, day, year] = isIso
    ? [Number(parts[1]), Number(parts[2]), Number(parts[0])]
    : [
        named >= 0 ? MONTHS.indexOf(parts[named]!.slice(0, 3)) + 1 : Number(parts[0]),
        Number(parts[named === 1 ? 0 : 1]),
        yearOf(parts[2]),
      ]
  const start = new Date(year ?? now.getFullYear(), month - 1, day)
  if (year === undefined && start > now) start.setFullYear(start.getFullYear() - 1)
  const isDate = start.getMonth() === month - 1 && start.getDate() === day
  return isDate ? [start, at(start, 1)] : null
}

const yearOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : text.length === 2 ? 2000 + Number(text) : Number(text)
