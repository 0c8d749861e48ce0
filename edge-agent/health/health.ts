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
  /** Only for a fixed camera can a move be detected. */
  kind: Camera['kind']
  /** Milliseconds since 1970, by the agent's clock, like every `now` here. */
  startedAt: number
  /**
   * A camera without a frame for this long is silent, ms; null for a source that may pause (a folder, a file).
   * A camera that rarely sends a frame gets four times its own interval. Default 60,000.
   */
  silentAfterMs?: number | null
  /** What it sends; default `pictures`. */
  gives?: 'pictures' | 'messages'
  /** A monotonic clock, to measure silence whatever happens to the host's clock. */
  steady?: Clock
  /** What an earlier run learned about the camera. */
  learned?: LearnedHealth
}

/** The parts of the report that do not come from the camera's frames. */
export type HealthExtras = Pick<CameraHealth, 'clockOffsetMs' | 'spool' | 'warnings' | 'feeds'>

/** Counts a camera's events, and monitors its picture. Pure except for its own state. */
export interface Health {
  /** A frame arrived, whatever happens to it. */
  frameSeen(now: number): void
  /** It was skipped, because others were newer. */
  frameDropped(): void
  /** This many frames of the stream never arrived: overload, or a bad line. */
  framesMissed(count: number): void
  /** Nothing moved in it. */
  frameStill(): void
  /** It was searched for plates. @param reads made from it, if any */
  frameRead(reads: readonly Pick<Read, 'confidence'>[]): void
  /** Something moves in a frame. @param seenAt of the frame, milliseconds since 1970; may step back */
  moved(seenAt: number): void
  /**
   * A vehicle has passed whose plate was found.
   * @param outcome `unsure`: confidence too low for a read; `elsewhere`: it was outside the wanted zones
   */
  passed(outcome: 'read' | 'unsure' | 'elsewhere'): void
  /** Reads that were made not from a frame, but because no more frames came. */
  readsMade(reads: readonly Pick<Read, 'confidence'>[]): void
  /** It is not a picture, or could not be read. */
  frameRejected(error: SightlineError, now: number): void
  /** The source failed and is being retried; or something else is wrong that its owner should know. */
  trouble(error: SightlineError, now: number): void
  /**
   * Checks the picture. Call it with every decoded frame; it examines one per second, in about three milliseconds each.
   * @param frame at the camera's own size
   * @param seenAt of the frame, milliseconds since 1970; may step back
   */
  look(frame: Light, seenAt: number): void
  /** Whether the state has changed since the last call: then send a report at once. */
  changed(): boolean
  report(now: number, extras?: HealthExtras): CameraHealth
  /** Expiry of a certificate that the camera showed, or that is shown to it, ms since 1970. */
  certificateSeen(whose: 'camera' | 'listener', endsAt: number): void
  /** Its own clock is wrong, or right again (null). */
  clockJudged(fault: SightlineError | null): void
  /** Its messages have not been received for some time, or its folder is away, and why; or they are back (null). */
  unheard(error: SightlineError | null): void
  /** What is wrong with it although frames arrive. */
  troubles(now: number): SightlineError[]
  /** What it has learned about the camera, for a later start. */
  learned(): LearnedHealth
}

/** Interval between examined frames, ms. */
const LOOK_EVERY_MS = 1000
/** Maximum time between two checks that counts, ms: a clock set forward does not mean an hour of darkness. */
const LONGEST_STEP_MS = 120_000
const SILENT_AFTER_MS = 60_000
/** A camera with a slow frame rate is silent after this many of its intervals. */
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

  /** Silence is detected by the clock, not by a frame. */
  function listen(): void {
    if (silentAfterMs === null || silentSince !== undefined) return
    const silentFor = steady() - cameAt.steady
    if (silentFor >= Math.max(silentAfterMs, INTERVALS * interval)) silentSince = cameAt.instant
  }

  function look(frame: Light, seenAt: number): void {
    // A frame whose time steps back (the clock was set) is examined, and no time has passed.
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
