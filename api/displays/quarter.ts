/** A calendar quarter, UTC: oversight reviews displays once in each (DSP-4). */
export interface Quarter {
  /** E.g. `2026-Q4`. */
  name: string
  /** Its first millisecond, and that of the next quarter. */
  start: number
  end: number
}

/** The quarter of an instant, or one `offset` quarters away. @param now milliseconds */
export function quarterAt(now: number, offset = 0): Quarter {
  const date = new Date(now)
  const number = date.getUTCFullYear() * 4 + Math.floor(date.getUTCMonth() / 3) + offset
  const [year, quarter] = [Math.floor(number / 4), number % 4]
  const startOf = (n: number) => Date.UTC(Math.floor(n / 4), (n % 4) * 3)
  return { name: `${year}-Q${quarter + 1}`, start: startOf(number), end: startOf(number + 1) }
}
