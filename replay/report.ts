import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import { faultsOf, type Verdict } from './check.ts'
import { drawLatencies } from './latencies.ts'
import type { Published } from './publish.ts'
import type { ReplayResult } from './run.ts'

/** Ids shown per fault; all are counted. */
const SHOWN = 20

/** The result for a machine: one JSON object. */
export function replayJson({ alerts, ...published }: ReplayResult) {
  const result = { type: 'replayed', ...published, readsPerSecond: perSecond(published) }
  return alerts ? { ...result, latency: alerts.latencies.summary(), check: countText(alerts.check) } : result
}

function countText({ missing, doubled, unexpected, ...counts }: Verdict) {
  const list = <T>(all: readonly T[]) => ({ count: all.length, first: all.slice(0, SHOWN) })
  return { ...counts, missing: list(missing), doubled: list(doubled), unexpected: list(unexpected) }
}

const STOPPED = {
  reads: 'stopped at the most reads allowed (--most-reads)',
  time: 'stopped at the longest time allowed (--most-time)',
  signal: 'stopped',
} as const

/** The result for a person: lines of text. */
export function replayText(result: ReplayResult): string[] {
  const { published, duplicates, resent, refused, seconds, lateMs, stopped, alerts } = result
  const extras = [
    ...(duplicates > 0 ? [`${duplicates} of them already stored`] : []),
    ...(resent > 0 ? [`${resent} sent again`] : []),
    ...(refused > 0 ? [`${several(refused, 'line')} refused`] : []),
    ...(stopped ? [STOPPED[stopped]] : []),
  ]
  const rate = `${several(published, 'read')} stored in ${seconds.toFixed(1)} s, ${perSecond(result)} a second`
  const late = `worst send delay ${lateMs.toFixed(1)} ms`
  const sent = [rate, late, ...extras].join('; ')
  if (!alerts) return [sent]
  const { planted, alerted, elsewhere } = alerts.check
  const faults = faultsOf(alerts.check)
  return [
    sent,
    ...drawLatencies(alerts.latencies.summary()),
    `${alerted} of ${several(planted, 'planted hit')} raised an alert; ${several(elsewhere, 'alert was', 'alerts were')} of other reads`,
    faults.length === 0 ? 'PASS: one alert per planted hit, no false alerts' : `FAIL: ${faults.join('; ')}`,
  ]
}

const perSecond = ({ published, seconds }: Published) => Math.round(published / Math.max(seconds, 1e-3))

/** @throws CHECK_FAILED when a planted hit raised no alert or several, or another read raised one */
export function refuseFaults({ alerts }: ReplayResult): void {
  if (alerts) refuseVerdict(alerts.check)
}

/** @throws CHECK_FAILED, as `refuseFaults` */
export function refuseVerdict(verdict: Verdict): void {
  const faults = faultsOf(verdict)
  if (faults.length === 0) return
  throw new SightlineError('CHECK_FAILED', `the alerts do not match the planted hits: ${faults.join('; ')}`, {
    hint: 'Alerts may have come later than --wait. See the log of the matcher.',
  })
}
