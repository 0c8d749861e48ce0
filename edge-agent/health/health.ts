import type { Light } from '@sightline/recognition/pictures/video'
import { type Clock, instant, steadyClock } from '@sightline/runtime/clock'
import type { Camera } from '@sightline/schemas/camera'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import type { SightlineError } from '@sightline/schemas/errors'
import type { Read } from '@sightline/schemas/read'
import { certificateTrouble } from './certificate.ts'
import type { LearnedHealth } from './learned.ts'
import { measure } from './measures.ts'
import { countRejections } from './rejections.ts'
import { keepState } from './state.ts'
import { createSymptoms } from './symptom.ts'

export interface HealthOptions {
  camera: string
  agentVersion: string
  /** Only a fixed camera can be found moved. */
  kind: Camera['kind']
  /** Milliseconds since 1970, by the agent's clock, as all `now` here. */
  startedAt: number
  /**
   * A camera that gives no frame for this long is silent, ms; null for a source that may pause (a folder, a file).
   * One that gives a frame only now and then is given four of its own intervals. Default 60,000.
   */
  silentAfterMs?: number | null
  /** What it gives; default `pictures`. */
  gives?: 'pictures' | 'messages'
  /** Tells how long nothing came, whoever sets the host's clock. */
  steady?: Clock
  /** What an earlier run learned of the camera. */
  learned?: LearnedHealth
}

/** What the report says that the camera's frames cannot tell. */
export type HealthExtras = Pick<CameraHealth, 'clockOffsetMs' | 'spool' | 'warnings' | 'feeds'>

/** Counts what one camera does, and watches over its picture. Pure but for its own sums. */
export interface Health {
  /** A frame came, whatever becomes of it. */
  frameSeen(now: number): void
  /** It had to go unread, because others were newer. */
  frameDropped(): void
  /** So many frames never arrived, though the stream had them: overload, or a bad line. */
  framesMissed(count: number): void
  /** Nothing moved in it. */
  frameStill(): void
  /** It was searched for plates. @param reads those that came of it, none if none did */
  frameRead(reads: readonly Pick<Read, 'confidence'>[]): void
  /** Something moves in a frame. @param seenAt of it, milliseconds since 1970; may step back */
  moved(seenAt: number): void
  /**
   * A vehicle has passed whose plate was found.
   * @param outcome `unsure`: too little to be a read; `elsewhere`: no read is wanted of where it went
   */
  passed(outcome: 'read' | 'unsure' | 'elsewhere'): void
  /** Reads that came of no frame, but because none came any more. */
  readsMade(reads: readonly Pick<Read, 'confidence'>[]): void
  /** It is no picture, or could not be read. */
  frameRejected(error: SightlineError, now: number): void
  /** The source broke, and is tried again; or another thing is wrong that its owner has to know. */
  trouble(error: SightlineError, now: number): void
  /**
   * Judges the picture. Call it with every frame that is decoded; it looks at one a second, at about three
   * milliseconds each.
   * @param frame at the camera's own size
   * @param seenAt of the frame, milliseconds since 1970; may step back
   */
  look(frame: Light, seenAt: number): void
  /** Whether the state has become another since this was last asked: time for a report at once. */
  changed(): boolean
  report(now: number, extras?: HealthExtras): CameraHealth
  /** When a certificate ends that was shown by it, or to it, ms since 1970. */
  certificateSeen(whose: 'camera' | 'listener', endsAt: number): void
  /** Its own clock is wrong, or right again (null). */
  clockJudged(fault: SightlineError | null): void
  /** What it says has not been heard for some time, and why; or is heard again (null). */
  unheard(error: SightlineError | null): void
  /** What is wrong with it though frames come. */
  troubles(now: number): SightlineError[]
  /** What it has learned of the camera, for a start later on. */
  learned(): LearnedHealth
}

/** A frame is looked at this often, ms. */
const LOOK_EVERY_MS = 1000
/** Longest time that may lie between two looks, ms: a clock that is set forward is no hour of darkness. */
const LONGEST_STEP_MS = 120_000
const SILENT_AFTER_MS = 60_000
/** A camera that is slow by nature is silent after so many of its intervals. */
const INTERVALS = 4

export function createHealth(options: HealthOptions): Health {
  const {
    camera,
    agentVersion,
    kind,
    startedAt,
    silentAfterMs = SILENT_AFTER_MS,
    gives = 'pictures',
    steady = steadyClock,
  } = options
  const counts = { framesSeen: 0, framesStill: 0, framesProcessed: 0, framesDropped: 0, framesRejected: 0 }
  const symptoms = createSymptoms(kind === 'fixed', options.learned)
  const keeper = keepState(startedAt)
  let reads = 0
  let unsure = 0
  const rejections = countRejections(
    gives === 'messages' ? 'message' : silentAfterMs === null ? 'stored' : 'live',
    steady,
  )
  const certificates = new Map<'camera' | 'listener', number>()
  let clockFault: SightlineError | null = null
  let unheard: SightlineError | null = null
  let movedAt = Number.NaN
  let confidenceSum = 0
  let lastError: CameraHealth['lastError'] = null
  let brightness: number | null = null
  let lookedAt = Number.NaN
  let cameAt = { instant: startedAt, steady: steady() }
  let interval = 0
  let silentSince: number | undefined
  let toldState: CameraHealth['state'] = 'ok'

  /** Silence is told by the clock, not by a frame. */
  function listen(): void {
    if (silentAfterMs === null || silentSince !== undefined) return
    const silentFor = steady() - cameAt.steady
    if (silentFor >= Math.max(silentAfterMs, INTERVALS * interval)) silentSince = cameAt.instant
  }

  function look(frame: Light, seenAt: number): void {
    // One that steps back (a clock that was set) is looked at, and no time has passed.
    const passed = Number.isNaN(lookedAt) || seenAt < lookedAt ? 0 : seenAt - lookedAt
    if (seenAt >= lookedAt && passed < LOOK_EVERY_MS) return
    lookedAt = seenAt
    const passedMs = Math.min(passed, LONGEST_STEP_MS)
    const measures = measure(frame)
    brightness = measures.brightness
    keeper.add(symptoms.look(passedMs, measures, keeper.state), passedMs, seenAt)
  }

  const stateNow = () => {
    listen()
    return silentSince === undefined ? keeper.state : 'silent'
  }
  const tellOnce = ({ code, message }: SightlineError, now: number) => {
    lastError = { code, message, at: instant(now) }
  }

  function readsMade(found: readonly Pick<Read, 'confidence'>[]): void {
    reads += found.length
    for (const { confidence } of found) confidenceSum += confidence
    if (found.length > 0) symptoms.plateRead()
  }

  return {
    frameSeen(now) {
      const came = { instant: now, steady: steady() }
      if (counts.framesSeen > 0) interval = came.steady - cameAt.steady
      counts.framesSeen++
      cameAt = came
      silentSince = undefined
    },
    frameDropped: () => void counts.framesDropped++,
    framesMissed(count) {
      counts.framesSeen += count
      counts.framesDropped += count
    },
    frameStill: () => void counts.framesStill++,
    frameRead(found) {
      counts.framesProcessed++
      readsMade(found)
    },
    moved(seenAt) {
      symptoms.moved(seenAt >= movedAt ? seenAt - movedAt : 0)
      movedAt = seenAt
    },
    passed(outcome) {
      if (outcome === 'unsure') unsure++
      symptoms.passed(outcome !== 'unsure')
    },
    readsMade,
    frameRejected(error, now) {
      counts.framesRejected++
      rejections.add(error)
      tellOnce(error, now)
    },
    trouble: tellOnce,
    look,
    certificateSeen: (whose, endsAt) => void certificates.set(whose, endsAt),
    clockJudged(fault) {
      clockFault = fault
    },
    unheard(error) {
      unheard = error
    },
    troubles: (now) =>
      [
        rejections.trouble(),
        clockFault,
        unheard,
        ...[...certificates].map(([whose, endsAt]) => certificateTrouble(whose, endsAt, now)),
      ].filter((trouble) => trouble !== null),
    learned: symptoms.learned,
    changed() {
      const state = stateNow()
      const isChanged = state !== toldState
      toldState = state
      return isChanged
    },
    report(now, { clockOffsetMs, spool, warnings = [], feeds = [] } = { clockOffsetMs: null, spool: null }) {
      const state = stateNow()
      return {
        v: 1,
        camera,
        at: instant(now),
        startedAt: instant(startedAt),
        agentVersion,
        state,
        stateSince: instant(silentSince ?? keeper.since),
        ...counts,
        reads,
        unsure,
        meanConfidence: reads > 0 ? confidenceSum / reads : null,
        brightness: rounded(brightness, 1),
        sharpness: rounded(symptoms.sharpness(), 100),
        clockOffsetMs,
        spool,
        ...(feeds.length > 0 && { feeds }),
        lastError,
        warnings,
      }
    },
  }
}

const rounded = (value: number | null, parts: number) =>
  value === null ? null : Math.round(value * parts) / parts
