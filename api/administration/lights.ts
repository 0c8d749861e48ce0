import type { ReadsCondition } from '@sightline/broker/reads-state'
import type { ErrorCode } from '@sightline/schemas/errors'
import type { Light } from '@sightline/schemas/health'
import type { LightName, LightState } from '@sightline/schemas/lights'
import { several } from '@sightline/schemas/several'

/** The lights, from what was found. Pure: every instant is in milliseconds of the clock that its name says. */

export interface HealthFacts {
  connected: boolean
  /** Milliseconds since the server answered last, and since its streams did; null: not yet. */
  answeredMs: number | null
  streamsMs: number | null
  /** Why the streams did not answer last; null: they did. */
  silent: string | null
  /** Streams that cannot be written, and those that can although a copy is not there (`copies.ts`). */
  lost: number
  thin: number
  /** The streams of reads; null: not known. */
  reads: {
    states: readonly ReadsCondition[]
    /** Streams in which reads wait for the matcher although they are full: those states do not say so. */
    fullUnjudged: number
    unheld: number
    lastMs: number | null
  } | null
  /** Milliseconds since the last alert was stored; null: none is kept, or not known. */
  alertMs: number | null
  /** Milliseconds since an alert was stored that this process has not read yet; 0: it has read all. */
  alertsUnreadMs: number
  canary: CanaryFacts | null
  /** Why the audit log cannot be written; undefined: not known. */
  auditRefused: string | null | undefined
  /** Free share of the api's disk; null: not known. */
  diskFree: number | null
  /** Clock of the api minus the broker's, and of the matcher minus the broker's; null: not known. */
  apiAheadMs: number | null
  matcherAheadMs: number | null
  /** Cameras whose host's clock is off by more than `CLOCK_WARN_MS`. */
  camerasOff: number
  /** Milliseconds until the broker's certificate ends; null: it has none. */
  certificateMs: number | null
  /** Cameras that report certificates that end. */
  certificatesEnding: number
  /** Cameras known, and those that do not report; null: not known. */
  cameras: { all: number; silent: number } | null
}

export interface CanaryFacts {
  /** Milliseconds since the last one came through, and how long it took; null: none yet. */
  throughMs: number | null
  delayMs: number | null
  /** Why the last one did not; null: it did, or none is done. */
  failed: string | null
  /** Why an alert would not be stored; null: it would; undefined: not known. */
  alertsRefused: string | null | undefined
  /** Time between two of them, milliseconds. */
  everyMs: number
}

/** A canary is sent this often, and must be back within; together they stay below ten seconds. */
export const CANARY_EVERY_MS = 5000
export const CANARY_WITHIN_MS = 4000
/** The broker must have answered within this. */
const SILENT_MS = 6000
const CLOCK_WARN_MS = 2000
const CERTIFICATE_WARN_MS = 14 * 86_400_000
const DISK_WARN = 0.1
const DISK_FAULT = 0.02

export const isClockOff = (offsetMs: number | null): boolean => Math.abs(offsetMs ?? 0) > CLOCK_WARN_MS

/** All lights, in the order in which a read meets them. */
export function lightsOf(facts: HealthFacts): Light[] {
  return [
    broker(facts),
    quorum(facts),
    reads(facts),
    matchers(facts),
    judged(facts),
    alerts(facts),
    canary(facts),
    audit(facts),
    disk(facts),
    clocks(facts),
    certificates(facts),
    agents(facts),
  ]
}

interface More {
  code?: ErrorCode
  ageMs?: number | null
  boundMs?: number
}

const seconds = (ms: number | null | undefined) => (ms == null ? null : Math.max(0, Math.round(ms) / 1000))

const light = (
  name: LightName,
  state: LightState,
  says: string,
  { code, ageMs, boundMs }: More = {},
): Light => ({
  name,
  state,
  ageSeconds: seconds(ageMs),
  boundSeconds: seconds(boundMs),
  code: code ?? null,
  says,
})

function broker({ connected, answeredMs }: HealthFacts): Light {
  const more = { ageMs: answeredMs, boundMs: SILENT_MS }
  const gone = { ...more, code: 'BROKER_UNREACHABLE' } as const
  if (!connected) return light('broker', 'fault', 'the connection to the broker is lost', gone)
  if (answeredMs === null) return light('broker', 'unknown', 'the broker was not asked yet', more)
  if (answeredMs > SILENT_MS) return light('broker', 'fault', 'the broker does not answer', gone)
  return light('broker', 'ok', 'the broker answers', more)
}

function quorum({ connected, answeredMs, streamsMs, silent, lost, thin }: HealthFacts): Light {
  const isThere = connected && answeredMs !== null && answeredMs <= SILENT_MS
  if (!isThere || streamsMs === null) return light('quorum', 'unknown', 'the broker does not say')
  if (streamsMs > SILENT_MS) {
    const says = `the broker is there, but its streams do not answer: ${silent ?? 'no answer came'}`
    return light('quorum', 'fault', says, { code: 'QUORUM_LOST', ageMs: streamsMs, boundMs: SILENT_MS })
  }
  if (lost > 0) {
    const says = `${several(lost, 'stream')} cannot be written: too few nodes of the broker are there`
    return light('quorum', 'fault', says, { code: 'QUORUM_LOST' })
  }
  if (thin > 0) {
    const says = `${several(thin, 'stream')} can be written, but a copy is not there`
    return light('quorum', 'warning', says, { code: 'QUORUM_LOST' })
  }
  return light('quorum', 'ok', 'every stream has its copies')
}

function reads({ connected, reads }: HealthFacts): Light {
  if (!connected || !reads) return light('reads', 'unknown', 'the broker does not say')
  const full = reads.states.filter((one) => one === 'full').length
  const more = { ageMs: reads.lastMs }
  if (full === 0) return light('reads', 'ok', 'every stream of reads has room', more)
  const says = `${full} of ${several(reads.states.length, 'stream')} of reads ${full === 1 ? 'is' : 'are'} full and refuse${full === 1 ? 's' : ''} new ones`
  return light('reads', 'fault', says, { ...more, code: 'READS_FULL' })
}

function matchers({ connected, reads }: HealthFacts): Light {
  if (!connected || !reads) return light('matchers', 'unknown', 'the broker does not say')
  const { unheld, states } = reads
  const all = several(states.length, 'stream')
  if (unheld === 0) return light('matchers', 'ok', `a matcher holds each of ${all} of reads`)
  const says = `no matcher holds ${unheld} of ${all} of reads`
  return light('matchers', 'fault', says, { code: 'MATCHER_MISSING' })
}

function judged({ connected, reads }: HealthFacts): Light {
  if (!connected || !reads) return light('judged', 'unknown', 'the broker does not say')
  const count = (state: ReadsCondition) => reads.states.filter((one) => one === state).length
  const of = `of ${several(reads.states.length, 'stream')}`
  const still = count('still') + reads.fullUnjudged
  if (still > 0)
    return light('judged', 'fault', `reads wait and none is judged in ${still} ${of}`, {
      code: 'READS_STILL',
    })
  if (count('behind') > 0)
    return light('judged', 'fault', `reads wait for more than ten seconds in ${count('behind')} ${of}`, {
      code: 'READS_BEHIND',
    })
  return light('judged', 'ok', 'reads are judged as they come')
}

function alerts({ connected, canary, alertMs, alertsUnreadMs }: HealthFacts): Light {
  const more = { ageMs: alertMs }
  if (connected && alertsUnreadMs > SILENT_MS) {
    const says =
      'alerts are stored, but do not come to this api: consoles show none, and owners get no e-mails'
    return light('alerts', 'fault', says, { ...more, code: 'FOLLOW_REFUSED' })
  }
  if (!canary) return light('alerts', 'off', 'no test reads are sent', more)
  if (!connected || canary.alertsRefused === undefined)
    return light('alerts', 'unknown', 'no matcher has said yet', more)
  // It was so when the last one came back.
  if (canary.alertsRefused === null && canary.failed !== null)
    return light('alerts', 'unknown', 'no matcher says so now', more)
  if (canary.alertsRefused === null) return light('alerts', 'ok', 'an alert would be stored now', more)
  const says = `an alert would not be stored: ${canary.alertsRefused}`
  return light('alerts', 'fault', says, { ...more, code: 'ALERTS_REFUSED' })
}

function canary({ canary }: HealthFacts): Light {
  if (!canary) return light('canary', 'off', 'no test reads are sent')
  const { throughMs, delayMs, failed, everyMs } = canary
  const bound = everyMs + CANARY_WITHIN_MS
  const more = { ageMs: throughMs, boundMs: bound }
  if (failed !== null) return light('canary', 'fault', failed, { ...more, code: 'CANARY_FAILED' })
  if (throughMs === null || delayMs === null) return light('canary', 'unknown', 'none is back yet', more)
  if (throughMs > bound)
    return light('canary', 'fault', 'none came back for too long', { ...more, code: 'CANARY_FAILED' })
  return light('canary', 'ok', `it took ${Math.round(delayMs)} ms`, more)
}

function audit({ connected, auditRefused }: HealthFacts): Light {
  if (!connected || auditRefused === undefined) return light('audit', 'unknown', 'the broker does not say')
  if (auditRefused === null) return light('audit', 'ok', 'a record would be stored now')
  return light('audit', 'fault', `a record would not be stored: ${auditRefused}`, {
    code: 'AUDIT_UNAVAILABLE',
  })
}

function disk({ diskFree }: HealthFacts): Light {
  if (diskFree === null) return light('disk', 'unknown', 'the system does not say')
  const says = `${Math.floor(diskFree * 100)} % is free`
  if (diskFree >= DISK_WARN) return light('disk', 'ok', says)
  return light('disk', diskFree < DISK_FAULT ? 'fault' : 'warning', says, { code: 'DISK_LOW' })
}

function clocks({ apiAheadMs, matcherAheadMs, camerasOff }: HealthFacts): Light {
  const offs = [
    ['the api', apiAheadMs],
    ['the matcher', matcherAheadMs],
  ] as const
  const [who, off] = offs.reduce((a, b) => (Math.abs(b[1] ?? 0) > Math.abs(a[1] ?? 0) ? b : a))
  const more = { boundMs: CLOCK_WARN_MS }
  const wrong = { ...more, code: 'CLOCK_WRONG' } as const
  if (isClockOff(off)) {
    const way = off! > 0 ? 'ahead of' : 'behind'
    // The broker's time is used instead (broker/clock.ts).
    const says = `the clock of ${who} is ${Math.round(Math.abs(off!) / 1000)} s ${way} the broker's`
    return light('clocks', 'warning', says, wrong)
  }
  if (camerasOff > 0)
    return light('clocks', 'warning', `the clocks of ${several(camerasOff, 'camera')} are off`, wrong)
  if (off === null) return light('clocks', 'unknown', 'not compared yet', more)
  return light('clocks', 'ok', "they agree with the broker's", more)
}

function certificates({ certificateMs, certificatesEnding }: HealthFacts): Light {
  // No bound: read aloud, "at most 14 days" would be how long a certificate may last.
  const ending = { code: 'CERTIFICATE_ENDING' } as const
  if (certificateMs !== null && certificateMs <= CERTIFICATE_WARN_MS) {
    const days = Math.floor(certificateMs / 86_400_000)
    const says =
      certificateMs > 0
        ? `the broker's certificate ends in ${several(days, 'day')}`
        : "the broker's certificate has ended"
    return light('certificates', certificateMs > 0 ? 'warning' : 'fault', says, ending)
  }
  if (certificatesEnding > 0) {
    const says = `${several(certificatesEnding, 'camera')} report${certificatesEnding === 1 ? 's' : ''} a certificate that ends`
    return light('certificates', 'warning', says, ending)
  }
  return light('certificates', 'ok', 'none that is known ends soon')
}

function agents({ connected, cameras }: HealthFacts): Light {
  if (!connected || !cameras) return light('agents', 'unknown', 'the broker does not say')
  const { all, silent } = cameras
  if (silent === 0) return light('agents', 'ok', `${several(all, 'camera')} report${all === 1 ? 's' : ''}`)
  return light('agents', 'warning', `${silent} of ${several(all, 'camera')} do not report`, {
    code: 'AGENT_SILENT',
  })
}
