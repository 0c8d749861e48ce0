import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import { several } from '@sightline/schemas/several'

/** What is known about the packages in use. */
export interface DependencyReport {
  /** Each is a failed check. */
  faults: string[]
  /** Lines to show, whatever the outcome, including that the check could not be made. */
  lines: string[]
}

interface Lock {
  packages: Record<string, { link?: boolean; integrity?: string; resolved?: string; version?: string }>
}

/** How long to wait for the registry's answer, milliseconds. */
const PATIENCE_MS = 60_000

const SEVERITIES = ['critical', 'high', 'moderate', 'low', 'info'] as const
type Counts = Partial<Record<(typeof SEVERITIES)[number], number>>

/**
 * What the lock file tells without a network: that every package has a checksum, so that the installed code is the
 * reviewed code, and that every package comes from the registry.
 */
export function lockReport(lock: Lock): DependencyReport {
  const packages = Object.entries(lock.packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  )
  const faults = packages.flatMap(([path, { integrity, resolved }]) => [
    ...(integrity?.startsWith('sha512-') ? [] : [`${path} has no checksum in package-lock.json`]),
    ...(resolved === undefined || resolved.startsWith('https://registry.npmjs.org/')
      ? []
      : [`${path} does not come from the registry`]),
  ])
  return { faults, lines: [`dependencies: ${several(packages.length, 'package')} in package-lock.json`] }
}

/**
 * The result of `npm audit --json`. Only delivered packages fail the check, from severity high; the rest is only shown.
 * An answer that is not a report says nothing about the packages, and the line says so: silence must not count as a
 * pass.
 */
export function auditReport(said: string): DependencyReport {
  const report = parseAudit(said)
  const counts = report?.metadata?.vulnerabilities
  if (report?.auditReportVersion === undefined || !counts) {
    const why = String(report?.message ?? report?.error?.summary ?? 'no answer')
      .split('\n')[0]!
      .slice(0, 200)
    return {
      faults: [],
      lines: [`dependencies: NOT AUDITED for known vulnerabilities, the registry did not answer: ${why}`],
    }
  }
  const found = SEVERITIES.flatMap((severity) =>
    counts[severity] ? [`${counts[severity]} ${severity}`] : [],
  )
  const grave = (counts.critical ?? 0) + (counts.high ?? 0)
  const names = Object.keys(report.vulnerabilities ?? {})
    .slice(0, 20)
    .join(', ')
  const line = `dependencies: ${found.length === 0 ? 'no known vulnerabilities' : `known vulnerabilities: ${found.join(', ')} (${names})`}`
  return { faults: grave > 0 ? [`known vulnerabilities in delivered packages: ${names}`] : [], lines: [line] }
}

/** Both reports, for this checkout. */
export function dependencyReport(): DependencyReport {
  const lock = lockReport(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock)
  const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const audit = auditReport(stdout ?? '')
  return { faults: [...lock.faults, ...audit.faults], lines: [...lock.lines, ...audit.lines] }
}

interface Said {
  auditReportVersion?: number
  metadata?: { vulnerabilities?: Counts }
  vulnerabilities?: object
  message?: unknown
  error?: { summary?: unknown }
}

function parseAudit(text: string): Said | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
