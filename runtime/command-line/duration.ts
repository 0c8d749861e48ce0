import { InvalidArgumentError } from 'commander'

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration such as `500ms`, `60s`, `5m` or `1h`, in milliseconds; for commander's argument parsers. */
export function duration(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const milliseconds = Number(amount) * (UNITS[unit] ?? Number.NaN)
  if (!(milliseconds > 0)) throw new InvalidArgumentError('write a duration such as 500ms, 60s or 5m')
  return milliseconds
}
