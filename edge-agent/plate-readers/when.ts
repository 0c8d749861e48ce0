/**
 * When a plate reader saw a vehicle, by its own account. Many send local time without a time zone; some count seconds
 * since 1970 by a clock that shows local time.
 */
export type When =
  /** Milliseconds since 1970. */
  | { readonly at: number }
  /** The same, from a clock that may show local time instead; the arrival of the message shows which it is. */
  | { readonly atPerhapsLocal: number }
  /** Milliseconds since 1970 if the local time were UTC. */
  | { readonly local: number }

/** Range of believable instants. A clock that was never set shows 1970. */
const EARLIEST = Date.UTC(1969, 11, 30)
const LATEST = Date.UTC(2200, 0, 1)

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?$/i
const COMPACT = /^(\d{4})(\d\d)(\d\d)[T ]?(\d\d)(\d\d)(\d\d)(\d{1,9})?$/

/** An instant in ISO 8601, or in digits without separators; undefined if it is not a valid date. */
export function whenOf(text: string | undefined): When | undefined {
  const found = ISO.exec(text?.trim() ?? '') ?? COMPACT.exec(text?.trim() ?? '')
  if (!found) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    ...[number, number, number],
    ...[number, number, number],
  ]
  const fraction = Math.floor(Number(`0.${found[7] ?? 0}`) * 1000)
  const local = Date.UTC(year, month - 1, day, hour, minute, second, fraction)
  const back = new Date(local)
  const isOfCalendar =
    back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60
  if (!isOfCalendar || second > 60 || !isPossible(local)) return undefined
  const zone = found[8]
  if (zone === undefined) return { local }
  return { at: local - offsetOf(zone) }
}

/** Minutes east of Greenwich as `+05:30`, in milliseconds. */
function offsetOf(zone: string): number {
  if (/^z$/i.test(zone)) return 0
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone)!
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** Milliseconds since 1970, from a count of seconds, milli-, micro- or nanoseconds, distinguished by size. */
export function epochOf(count: number | undefined): number | undefined {
  if (count === undefined || count <= 0) return undefined
  const unit = [1e-3, 1, 1e3, 1e6].find((one) => count / one < 1e13 && count / one >= 1e10)
  const at = unit === undefined ? Number.NaN : Math.floor(count / unit)
  return isPossible(at) ? at : undefined
}

const isPossible = (at: number) => at >= EARLIEST && at < LATEST

/**
 * The instant that a plate reader means.
 * @param zone of its clock, an IANA name such as `America/Los_Angeles`
 * @param arrivedAt when its message arrived, milliseconds since 1970
 */
export function instantOf(when: When, zone: string, arrivedAt: number): number {
  if ('at' in when) return when.at
  if ('local' in when) return fromLocal(when.local, zone)
  const ways = [when.atPerhapsLocal, fromLocal(when.atPerhapsLocal, zone)]
  return ways.sort((a, b) => Math.abs(a - arrivedAt) - Math.abs(b - arrivedAt))[0]!
}

/**
 * Converts local time to an instant. If the clock shows an hour twice, the first one counts; a skipped hour counts as
 * the next one.
 */
function fromLocal(local: number, zone: string): number {
  const before = local - zoneOffset(local - DAY_MS, zone)
  const after = local - zoneOffset(local + DAY_MS, zone)
  return before + zoneOffset(before, zone) === local ? before : after
}

const DAY_MS = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Offset of a zone's clocks from UTC at an instant, milliseconds. */
function zoneOffset(at: number, zone: string): number {
  let format = formats.get(zone)
  if (!format) {
    const two = '2-digit' as const
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    })
    formats.set(zone, format)
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const [year, month, day, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(
    (type) => parts.get(type as Intl.DateTimeFormatPartTypes)!,
  ) as [number, number, number, number, number, number]
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** Whether there is a time zone of this name. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
