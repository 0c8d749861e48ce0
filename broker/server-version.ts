/** Oldest usable nats-server, by release line: these contain the fixes for `HOLES`. */
export const OLDEST_SERVERS = ['2.11.15', '2.12.6'] as const

/** Vulnerabilities in older ones (published advisories of the NATS project). */
const HOLES =
  'whoever has one key can delete or overwrite data without the right to (GHSA-fhg8-qxh5-7q3w, GHSA-9983-vrx2-fg9c)'

/**
 * Why a nats-server must not be used; undefined when it may.
 * @param version as the program reports it, e.g. `2.12.6` or `2.12.7-RC.1`
 */
export function refusalOf(version: string): string | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/.exec(version)
  if (!parts) return 'it does not report its version'
  const [major, minor, patch] = parts.slice(1, 4).map(Number) as [number, number, number]
  const line = OLDEST_SERVERS.find((oldest) => oldest.startsWith(`${major}.${minor}.`))
  const hasRepairs = line ? patch >= Number(line.split('.')[2]) : major > 2 || (major === 2 && minor > 12)
  if (!hasRepairs) return `${HOLES}; fixed in ${OLDEST_SERVERS.join(' and ')}`
  // A prerelease of a new line may be older than the fixes, and the advisories do not say.
  if (parts[4]) return 'it is a prerelease, for which the published advisories do not list vulnerabilities'
  return undefined
}
