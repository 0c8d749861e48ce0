/** Oldest nats-server that may be used, by line of releases: each has the repairs of `HOLES`. */
export const OLDEST_SERVERS = ['2.11.15', '2.12.6'] as const

/** What older ones let anybody with a key do (published notices of the NATS project). */
const HOLES =
  'whoever has one key can wipe or overwrite what it must not touch (GHSA-fhg8-qxh5-7q3w, GHSA-9983-vrx2-fg9c)'

/**
 * Why a nats-server may not be used; undefined when it may.
 * @param version as the program says it, e.g. `2.12.6` or `2.12.7-RC.1`
 */
export function refusalOf(version: string): string | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/.exec(version)
  if (!parts) return 'it does not say which version it is'
  const [major, minor, patch] = parts.slice(1, 4).map(Number) as [number, number, number]
  const line = OLDEST_SERVERS.find((oldest) => oldest.startsWith(`${major}.${minor}.`))
  const hasRepairs = line ? patch >= Number(line.split('.')[2]) : major > 2 || (major === 2 && minor > 12)
  if (!hasRepairs) return `${HOLES}; ${OLDEST_SERVERS.join(' and ')} are the first without`
  // A prerelease of a new line may have been made before the repairs, and the notices do not say.
  if (parts[4]) return 'it is a prerelease, of which nobody says which holes it has'
  return undefined
}
