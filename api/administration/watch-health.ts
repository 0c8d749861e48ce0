import { statfs } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { BrokerClock } from '@sightline/broker/clock'
import type { Link } from '@sightline/broker/link'
import { whyNotStored } from '@sightline/broker/would-store'
import { instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import type { Light } from '@sightline/schemas/health'
import { isWell, LIGHT_STATES, LIGHTS } from '@sightline/schemas/lights'
import { SYSTEM } from '@sightline/schemas/reserved-ids'
import { ALERTS, AUDIT, CANARY, DISPLAYS } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { AlertStore } from '../alerts/store.ts'
import type { AuditLog } from '../audit/log.ts'
import type { CameraHealthStore } from '../cameras/health-store.ts'
import { cameraStatuses } from '../cameras/status.ts'
import type { EdgeAgentStore } from '../edge-agents/store.ts'
import { type Canary, startCanary } from './canary.ts'
import { copiesOf } from './copies.ts'
import { type HealthFacts, isClockOff, lightsOf } from './lights.ts'
import { createUnread } from './unread.ts'
import type { ReadsWatch } from './watch-reads.ts'

/** The one truth about health: whether a read that comes now becomes an alert that people see in time. */
export interface HealthWatch {
  lights(): Light[]
  /** The instant of `lights`. */
  at(): string
  isWell(): boolean
  /** The lights that are faults, with what to do. */
  troubles(): SightlineError[]
  /** Adds the same figures for Prometheus. */
  measure(registry: Registry): void
}

export interface HealthParts {
  link: Link
  reads: ReadsWatch
  audit: Pick<AuditLog, 'blockedAt' | 'look'>
  alerts: Pick<AlertStore, 'reached'>
  cameraHealth: CameraHealthStore
  edgeAgents: EdgeAgentStore
  dataDir: string
  /** When the broker's certificate ends, milliseconds since 1970; undefined: it has none. */
  certificateEnd(): number | undefined
  /** Time between two canary reads, milliseconds; 0: none. */
  canaryMs: number
  brokerClock: BrokerClock
  log: Logger
  stop: AbortSignal
}

const EVERY_MS = 2000
const WAIT_MS = 2000
/** Bytes of an ordinary audit record. */
const RECORD_BYTES = 1000
/** Cameras are looked at so that the looks take at most this part of the time: there may be many thousands. */
const CAMERAS_SHARE = 0.05
const CAMERAS_MS = 4000
/** Streams whose copies are looked at, besides those of reads. */
const WATCHED = [ALERTS, CANARY, AUDIT, `KV_${DISPLAYS}`]
/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

const fail = () => {
  throw new Error('no answer came')
}

/** Looks at everything until `stop` is aborted. */
export function watchHealth(parts: HealthParts): HealthWatch {
  const { link, reads, audit, brokerClock, log, stop } = parts
  const clock = brokerClock.now
  const registers: Registry[] = []
  const delay = new Histogram({
    name: 'sightline_api_canary_seconds',
    help: 'From sending a test read to showing its alert',
    buckets: BUCKETS,
    registers,
  })
  const failures = new Counter({
    name: 'sightline_api_canaries_failed_total',
    help: 'Test reads that did not become alerts in time',
    registers,
  })
  let canary: Canary | null = null
  let answeredAt: number | null = null
  let streamsAt: number | null = null
  let silent: string | null = null
  let lost = 0
  let thin = 0
  let alertAt: number | null = null
  const unread = createUnread()
  let auditRefused: string | null | undefined
  let diskFree: number | null = null
  let cameras: HealthFacts['cameras'] = null
  let camerasOff = 0
  let certificatesEnding = 0

  /** Whether the server itself answers: its streams may not, although it does. */
  async function lookAtServer(): Promise<void> {
    await Promise.race([link.connection.rtt(), pause(WAIT_MS, undefined, { ref: false }).then(fail)])
    answeredAt = performance.now()
  }

  async function lookAtStreams(): Promise<void> {
    const found = await Promise.all(WATCHED.map((name) => link.manager.streams.info(name)))
    const copies = found.map(copiesOf)
    lost = copies.filter((one) => one === 'lost').length
    thin = copies.filter((one) => one === 'some').length
    const { state } = found[0]!
    alertAt = state.last_seq > 0 ? Date.parse(String(state.last_ts)) : null
    streamsAt = performance.now()
    unread.look({ last: state.last_seq, messages: state.messages }, parts.alerts.reached(), streamsAt)
    silent = null
  }

  async function lookAtAudit(): Promise<void> {
    if (audit.blockedAt() !== null) await audit.look().catch(() => {})
    const blockedAt = audit.blockedAt()
    auditRefused =
      blockedAt === null
        ? await whyNotStored(link.js, {
            ...{ stream: AUDIT, subject: auditSubject(SYSTEM), waitMs: WAIT_MS, bytes: RECORD_BYTES },
          })
        : 'it ends with a message that is not a record'
  }

  async function lookAtDisk(): Promise<void> {
    const { bavail, blocks } = await statfs(parts.dataDir)
    diskFree = blocks > 0 ? bavail / blocks : null
  }

  async function lookAtCameras(): Promise<void> {
    const now = clock()
    const reports = await parts.cameraHealth.latest()
    const agents = Array.from(parts.edgeAgents.all().values(), ({ agent }) => agent)
    const statuses = cameraStatuses(agents, reports, now)
    // A camera that never reported may not be mounted yet.
    const known = statuses.filter(({ health }) => health !== null)
    cameras = {
      all: known.length,
      silent: known.filter(({ state }) => state === 'unheard').length,
    }
    const heard = known.flatMap(({ state, health }) => (health && state !== 'unheard' ? [health] : []))
    camerasOff = heard.filter(({ clockOffsetMs }) => isClockOff(clockOffsetMs)).length
    certificatesEnding = heard.filter(({ warnings = [] }) =>
      warnings.some(({ code }) => code.endsWith('CERTIFICATE_ENDING')),
    ).length
  }

  /** Repeats a look; one that fails says nothing about the others, and is no work after which the broker needs a rest. */
  async function repeat(
    look: () => Promise<void>,
    restMs: (tookMs: number) => number,
    onFailed: (why: string) => void,
  ) {
    while (!stop.aborted) {
      const startedAt = performance.now()
      let worked = true
      if (look === lookAtDisk || link.connected())
        await look().catch((error: Error) => {
          worked = false
          onFailed(error.message)
        })
      const rest = restMs(worked ? performance.now() - startedAt : 0)
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer)
          stop.removeEventListener('abort', end)
          resolve()
        }
        const timer = setTimeout(end, rest)
        stop.addEventListener('abort', end, { once: true })
      })
    }
  }

  const often = () => EVERY_MS
  void repeat(lookAtServer, often, () => {})
  void repeat(lookAtStreams, often, (why) => {
    silent = why
  })
  void repeat(lookAtAudit, often, (why) => {
    auditRefused = why
  })
  void repeat(lookAtDisk, often, () => {
    diskFree = null
  })
  void repeat(
    lookAtCameras,
    (tookMs) => Math.max(CAMERAS_MS, tookMs / CAMERAS_SHARE),
    () => {
      cameras = null
    },
  )
  if (parts.canaryMs > 0) {
    canary = startCanary({
      ...{ link, clock, log, stop, everyMs: parts.canaryMs },
      onThrough: (milliseconds) => delay.observe(milliseconds / 1000),
      onFailed: () => failures.inc(),
    })
  }

  function lights(): Light[] {
    const now = performance.now()
    const seen = reads.latest()
    const end = parts.certificateEnd()
    const since = (at: number | null) => (at === null ? null : clock() - at)
    return lightsOf({
      connected: link.connected(),
      answeredMs: answeredAt === null ? null : now - answeredAt,
      streamsMs: streamsAt === null ? null : now - streamsAt,
      ...{ silent, lost, thin, auditRefused, diskFree, cameras, camerasOff, certificatesEnding },
      reads: seen && {
        states: seen.streams.map(({ state }) => state),
        fullUnjudged: seen.streams.filter(
          ({ state, backlog, slowest }) => state === 'full' && backlog > 0 && slowest === 'matcher',
        ).length,
        unheld: seen.unheld,
        lastMs: since(seen.lastReadAt),
      },
      alertMs: since(alertAt),
      alertsUnreadMs: unread.ms(parts.alerts.reached(), now),
      canary: canary?.facts() ?? null,
      apiAheadMs: brokerClock.aheadMs(),
      matcherAheadMs: canary?.matcherAheadMs() ?? null,
      certificateMs: end === undefined ? null : end - clock(),
    })
  }

  const states = new Gauge({
    name: 'sightline_api_light',
    help: 'What must hold so that reads become alerts: 0 ok, 1 warning, 2 fault, 3 unknown, 4 not watched',
    labelNames: ['light'],
    registers,
    collect() {
      for (const { name, state } of lights()) this.set({ light: name }, LIGHT_STATES.indexOf(state))
    },
  })
  const ages = new Gauge({
    name: 'sightline_api_light_age_seconds',
    help: 'Since a read was stored, an alert was stored, a test read was shown; absent when it is not known',
    labelNames: ['light'],
    registers,
    collect() {
      this.reset()
      for (const { name, ageSeconds } of lights())
        if (ageSeconds !== null) this.set({ light: name }, ageSeconds)
    },
  })

  return {
    lights,
    at: () => instant(clock()),
    isWell: () => isWell(lights()),
    troubles: () =>
      lights()
        .filter(({ state }) => state === 'fault')
        .map(
          ({ name, code, says }) =>
            new SightlineError(code as SightlineError['code'], `${LIGHTS[name].title}: ${says}`, {
              hint: LIGHTS[name].hint,
            }),
        ),
    measure(registry) {
      for (const metric of [delay, failures, states, ages]) registry.registerMetric(metric)
    },
  }
}
