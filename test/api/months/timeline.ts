import { instant } from '@sightline/runtime/clock'
import { several } from '@sightline/schemas/several'

/** What 26 months have to bring, said again from the rules alone: nothing here asks the code that is tested. */

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const START = Date.UTC(2026, 10, 24)
const END = 791
/** Days from the start to a day of the calendar, and back. */
const on = (date: string) => (Date.parse(date) - START) / DAY
const dateOf = (day: number) => instant(START + day * DAY).slice(0, 10)
/** What ends on a stated day ends at ten; people act at nine, and the sweep that counts runs at noon. */
export const atTen = (day: number) => instant(START + day * DAY + 10 * HOUR)

/** When what ends by a statement ends. */
export const ENDS = { brief: 100, saved: 200, lookout: 300, year: 365 }
/** When somebody does something; the service is up on all of these days. */
export const ACTS = {
  review: 20,
  auditReview: 50,
  secondReview: 110,
  validation: 340,
  training: 350,
  certification: 355,
}
const aYearAfter = (day: number) => on(`${Number(dateOf(day).slice(0, 4)) + 1}${dateOf(day).slice(4)}`)
export const SECOND = {
  display: aYearAfter(ACTS.validation),
  training: aYearAfter(ACTS.training),
  certification: aYearAfter(ACTS.certification),
}

/** An e-mail that is due on a day; from `until` on another says more, or nothing is to be said any more. */
interface Due {
  to: string
  day: number
  until: number
  /** What it says if it is sent on a day; null: nothing to say by then. */
  says(day: number): string | null
}

/** 60, 30 and 7 days before an end, and at it for a month, unless it was put off on a day. */
function announced(to: string, end: number, before: string, after: string | null, putOff = Infinity): Due[] {
  const says = (left: number) => (day: number) => {
    if (day >= putOff) return null
    const words = left > 0 ? before : after
    return words && `${words} ${dateOf(end)}`
  }
  return [60, 30, 7, 0].map((left, n) => ({
    ...{ to, day: Math.max(0, end - left), says: says(left) },
    until: left === 0 ? end + 30 : end - [30, 7, 0][n]!,
  }))
}

export const people = ['sue', 'owen', 'olga', 'otis', 'anna']
const oversight = ['olga', 'otis']
const quarterEnds: [name: string, day: number][] = [
  ...(['2027-01-01', '2027-04-01', '2027-07-01', '2027-10-01'] as const),
  ...(['2028-01-01', '2028-04-01', '2028-07-01', '2028-10-01', '2029-01-01'] as const),
].map((end) => {
  const last = new Date(Date.parse(end) - 1)
  return [`${last.getUTCFullYear()}-Q${Math.floor(last.getUTCMonth() / 3) + 1}`, on(end)]
})

/** Displays that oversight has still to look at in a quarter, on a day at noon. */
function unreviewed(quarter: string, day: number): number {
  const isReviewed = (act: number) => day >= act
  if (quarter === '2026-Q4' && isReviewed(ACTS.review)) return 0
  if (quarter === '2027-Q1' && isReviewed(ACTS.secondReview)) return 0
  return [ENDS.brief, ENDS.year, SECOND.display].filter((end) => day < end).length
}

const training = [
  'Your security and privacy training ends on',
  'Your security and privacy training ended on',
] as const
const access = ['Your certified access ends on', 'Your certified access ended on'] as const
export const display = ['Your watchlist entry ends on', 'Your watchlist entry ended on'] as const
const keptUntil = (what: string) => [`${what}: kept until`, `${what}: deleted on`] as const

/** All e-mails of the 26 months but those with which accounts were opened. */
const TIMELINE: Due[] = [
  ...people.flatMap((who) => announced(who, ENDS.year, ...training, ACTS.training)),
  ...people.flatMap((who) => announced(who, SECOND.training, ...training)),
  // Nobody else could certify the one system owner.
  ...people.flatMap((who) =>
    announced(who, ENDS.year, ...access, who === 'owen' ? Infinity : ACTS.certification),
  ),
  ...people.filter((who) => who !== 'owen').flatMap((who) => announced(who, SECOND.certification, ...access)),
  // One is validated, one is not, and one ends with its case.
  ...announced('anna', ENDS.year, ...display, ACTS.validation),
  ...announced('anna', SECOND.display, ...display),
  ...announced('anna', ENDS.year, ...display),
  ...announced('anna', ENDS.brief, ...display),
  ...announced('anna', ENDS.brief, ...keptUntil('The case BRIEF')),
  ...announced('anna', ENDS.year, ...keptUntil('1 saved read of the case LONG')),
  ...announced('anna', ENDS.saved, ...keptUntil('1 saved read of the case LONG')),
  ...announced('anna', ENDS.lookout, ...keptUntil('1 lookout of the case LONG')),
  ...oversight.flatMap((to) =>
    quarterEnds.flatMap(([quarter, end]) => {
      const says =
        (rest: string, verbs: [string, string] = ['', '']) =>
        (day: number) => {
          const count = unreviewed(quarter, day)
          return count > 0
            ? `${several(count, `watchlist entry${verbs[0]}`, `watchlist entries${verbs[1]}`)} ${rest}`
            : null
        }
      return announced(to, end, '', null).map((due, n) => ({
        ...due,
        says:
          n < 3 ? says(`to review by ${dateOf(end)}`) : says(`not reviewed in ${quarter}`, [' was', ' were']),
      }))
    }),
  ),
  ...oversight.flatMap((to) =>
    quarterEnds.flatMap(([quarter, end]) =>
      [0, 30, 60, 90].map((after, n) => ({
        ...{ to, day: end + after, until: end + ([30, 60, 90][n] ?? Infinity) },
        says: (day: number) =>
          quarter === '2026-Q4' && day >= ACTS.auditReview
            ? null
            : `The audit log of ${quarter} is due for review`,
      })),
    ),
  ),
]

/** Days on which the service is down, from and until. */
export type Outages = readonly (readonly [number, number])[]
export const isUpOn = (outages: Outages) => (day: number) =>
  !outages.some(([from, to]) => day >= from && day < to)

/** The first day on which it is up again, or the day itself. */
export function firstUp(outages: Outages, day: number): number {
  let up = day
  while (!isUpOn(outages)(up)) up++
  return up
}

/** What has to be sent: `day, to, subject`, sorted. */
export const expectedMails = (outages: Outages): string[] =>
  TIMELINE.flatMap(({ to, day, until, says }) => {
    const sent = firstUp(outages, day)
    const words = sent < until && sent <= END ? says(sent) : null
    return words === null ? [] : [`${String(sent).padStart(3)} ${to}: ${words}`]
  }).sort()

/**
 * Days that matter: those on which something is due, those before them, on which nothing is to happen yet, and those on which
 * the service is up again.
 */
export function daysOf(outages: Outages): number[] {
  const due = [
    ...TIMELINE.flatMap(({ day }) => [day - 1, day]),
    ...Object.values(ACTS),
    ...Object.values(ENDS),
  ]
  const all = [...due, ...outages.flat(), END].filter((day) => day >= 0 && day <= END)
  return [...new Set(all)].sort((a, b) => a - b)
}
