import { hostname } from 'node:os'
import { instant } from '@sightline/runtime/clock'
import { version } from '@sightline/runtime/root'
import { VALIDATION_YEARS } from '@sightline/schemas/display'
import type { ServiceSettings } from '@sightline/schemas/service-settings'
import { NOTICE_DAYS } from '../access/notices.ts'
import type { CaseOptions } from '../cases/open.ts'
import { RETENTION_YEARS } from '../cases/retention.ts'
import { CACHE_HOURS } from '../history/cache.ts'
import type { PeopleOptions } from '../people/open.ts'
import { IDLE_MS, LONGEST_MS } from '../sign-on/sessions.ts'

/** The settings in force; none is secret. @param networks as enforced; @param startedAt milliseconds */
export function settingsOf(
  options: PeopleOptions & CaseOptions,
  networks: readonly string[],
  startedAt: number,
): ServiceSettings {
  return {
    version,
    development: options.devToken === true,
    publicUrl: options.publicUrl ?? null,
    networks: [...networks],
    signOn: {
      provider: options.providerFile !== undefined,
      idleMinutes: IDLE_MS / 60_000,
      longestHours: LONGEST_MS / 3_600_000,
    },
    mail: options.smtp ? 'sent' : 'waiting',
    cacheHours: options.cacheHours ?? CACHE_HOURS.default,
    secondPerson: options.secondPerson ?? false,
    retentionYears: RETENTION_YEARS,
    displayYears: VALIDATION_YEARS,
    process: { name: `${hostname()}:${process.pid}`, startedAt: instant(startedAt) },
    noticeDays: [...NOTICE_DAYS],
  }
}
