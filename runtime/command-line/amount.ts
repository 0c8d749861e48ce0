import { InvalidArgumentError } from 'commander'

const UNITS: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9 }

/** A number with k, M or G, such as `500k` or `100M`; for commander's argument parsers. */
export function amount(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? []
  const value = Math.round(Number(digits) * UNITS[unit]!)
  if (!(value >= 1 && value <= 1e11))
    throw new InvalidArgumentError(`use a number such as 500k or 100M, not ${text}`)
  return value
}
