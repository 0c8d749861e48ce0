import type { Engine, PlateFinding } from '@sightline/recognition/engine'
import { lightOf } from '@sightline/recognition/pictures/video'
import { type Clock, steadyClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { FrameQueue } from '../gate/frame-queue.ts'
import { createGate } from '../gate/gate.ts'
import { thumbnailOf } from '../gate/thumbnail.ts'
import { createHealth, type Health } from '../health/health.ts'
import { keptOf } from '../pictures/keep.ts'
import type { PositionSource } from '../position/source.ts'
import { readOf } from '../read-of.ts'
import type { Frame } from '../sources/frame.ts'
import type { Spool } from '../spool/spool.ts'
import { type FrameView, viewFrame } from '../status/view.ts'
import { learnFixtures } from '../tracking/fixtures.ts'
import { type Pass, steadyTracker } from '../tracking/tracker.ts'
import { blackenUnseen, counts, lookedAt } from '../zones/zones.ts'
import type { FrameCamera } from './camera-to-run.ts'
import { type NewRead, openLedger } from './ledger.ts'
import { parseMemory } from './memory.ts'
import type { CameraSettings } from './settings.ts'
import { keepUnsure, type UnsurePass } from './unsure.ts'

export interface CameraParts {
  /** Shared by the cameras of a host; the caller closes it. */
  readonly engine: Engine
  readonly frameQueue: FrameQueue
  readonly spools: { readonly reads: Spool; readonly pictures: Pick<Spool, 'append'> }
  readonly position: PositionSource
  /** Least confidence of a read that is published. */
  readonly minConfidence: number
  readonly agentVersion: string
  readonly log: Logger
  readonly clock: Clock
  /** Tells how much time has passed, whoever sets the host's clock. */
  readonly steady?: Clock
}

export interface RunningCamera {
  /** Settles when the frames have come to their end; rejects when the source fails for good. */
  readonly done: Promise<void>
  readonly health: Health
  /** Its latest frame, for the status page; null before the first. */
  view(): FrameView | null
  /** Passes of late that were read too unsurely to be reads, newest first. */
  unsure(): UnsurePass[]
  settings(): CameraSettings
  /** From now on; what is in view goes on. */
  change(settings: CameraSettings): void
  /** Takes no more frames; resolves when all that was seen is on the disk. */
  close(): Promise<void>
}

/** A plate not seen for so long, ms, has passed. */
const END_AFTER_MS = 2_000
/** So has one whose camera says nothing for so long; where frames wait by themselves, one that is empty is slow. */
const STALL_MS = { live: 2_000, waiting: 1_000 }
/** The tracker must see that a plate is gone before the gate shuts. */
const HOLD_MS = END_AFTER_MS + 1_000
/** How long a disk that refuses may hold up the stop. */
const LAST_WRITE_MS = 5_000
const KEEP_UNSURE_MINUTES = 60

/** Runs one camera: frames, past the gate, in their turn through the engine, to passes, to reads on the disk. */
export function startCamera(run: FrameCamera, parts: CameraParts): RunningCamera {
  const { camera } = run
  let settings = run.settings ?? {}
  const {
    engine,
    frameQueue,
    spools,
    position,
    minConfidence,
    agentVersion,
    log,
    clock,
    steady = steadyClock,
  } = parts
  const stopping = new AbortController()
  const givingUp = new AbortController()
  const source = run.open({
    clock,
    onTrouble(error) {
      const { code, message } = error
      health.trouble(error, clock())
      log.warn({ camera: camera.id, code, reason: message }, 'the camera gives no frames')
    },
  })
  const { live, resumes } = source
  // Pictures that are read again on purpose are new to everybody.
  const remembers = live || resumes !== 'none'
  const memory = remembers ? parseMemory(spools.reads.remembered(camera.id), run.source) : undefined
  const health = createHealth({
    camera: camera.id,
    agentVersion,
    kind: camera.kind,
    startedAt: clock(),
    steady,
    ...(live ? {} : { silentAfterMs: null }),
    ...(memory ? { learned: memory.learned } : {}),
  })
  const tracker = steadyTracker(
    {
      endAfterMs: END_AFTER_MS,
      counts: (early, late, size) => counts(settings.zones ?? {}, early, late, size),
    },
    memory?.tracker,
  )
  const fixtures = learnFixtures(memory?.fixtures)
  const gate = createGate({ holdMs: HOLD_MS })
  const clockStep = createClockSteps()
  const unsure = keepUnsure(steady)
  const ledger = openLedger({
    camera: camera.id,
    source: run.source,
    resumes,
    memory,
    tracker,
    health,
    fixtures,
    spools,
    log,
    settings: () => settings,
    signal: givingUp.signal,
  })

  let queue: Promise<void> = Promise.resolve()
  /** One thing at a time, in order: the tracker and the ledger must agree. */
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work).catch((thrown) => {
      if (!givingUp.signal.aborted)
        log.error({ err: toSightlineError(thrown), camera: camera.id }, 'a frame is lost')
    })
    return queue
  }
  let stall: NodeJS.Timeout | undefined
  let view: FrameView | null = null
  let letGoOfView: (() => void) | undefined
  function show(frame: Frame, next: FrameView): void {
    const letGo = letGoOfView
    letGoOfView = frame.hold?.()
    view = next
    letGo?.()
  }

  function newRead(pass: Pass): NewRead {
    const { seenAt, finding } = pass.best
    const kept = ledger.frame(seenAt) ? keptOf(settings) : { plate: false, vehicle: false }
    const hasLine = settings.zones?.line !== undefined
    const place = position.positionAt(seenAt)
    const read = readOf(pass, { camera, position: place, engine, pictures: kept, hasLine })
    const { plate, vehicle } = read.pictures
    return { read, pictures: plate === null ? null : { seenAt, box: finding.box, plate, vehicle } }
  }

  /** What the installer does not get is no reason to lose a read. */
  const keepForInstaller = (pass: Pass) =>
    unsure
      .add(pass, ledger.frame(pass.best.seenAt), (settings.keepUnsureMinutes ?? KEEP_UNSURE_MINUTES) * 60_000)
      .catch((err) => log.warn({ err, camera: camera.id }, 'an unsure pass has no picture'))

  /** @returns how sure the reads are that came of it */
  async function conclude(passes: readonly Pass[], atOnce = false): Promise<{ confidence: number }[]> {
    const reads: NewRead[] = []
    for (const pass of passes) {
      if (fixtures.isFixture(pass)) continue
      const isSure = pass.confidence >= minConfidence
      health.passed(!isSure ? 'unsure' : pass.counts ? 'read' : 'elsewhere')
      if (isSure && pass.counts) reads.push(newRead(pass))
      if (!isSure) await keepForInstaller(pass)
    }
    if (reads.length > 0) await ledger.commit(reads)
    await ledger.tidy(atOnce)
    return reads.map(({ read }) => read)
  }

  /** @returns what the frame shows, or null when nothing moves in it */
  async function look(frame: Frame, seenAt: number) {
    const { zones = {} } = settings
    const picture = await frame.open()
    const light = lightOf(picture)
    health.look(light, seenAt)
    const judgement = gate.judge(seenAt, blackenUnseen(zones, thumbnailOf(light)))
    if (judgement === 'moving') health.moved(seenAt)
    if (judgement === 'skip') {
      // Nothing has moved: what was found last is still there.
      show(frame, viewFrame(picture, seenAt, view?.findings ?? []))
      return null
    }
    const findings = [...lookedAt(zones, await engine.find(picture), picture)]
    show(frame, viewFrame(picture, seenAt, findings))
    return { findings, size: { width: picture.width, height: picture.height } }
  }

  /** Sees to it that a vehicle in view stays one when the clock is set. */
  function keepTime(seenAt: number, cameAt: number): void {
    const stepMs = clockStep(seenAt, cameAt)
    if (stepMs === 0) return
    if (stepMs > 0) tracker.clockSetForward(stepMs)
    const way = `${stepMs > 0 ? 'forward' : 'back'} by ${Math.abs(stepMs / 1000).toFixed(0)} s`
    const error = new SightlineError('CLOCK_WRONG', `the clock of this host was set ${way}`, {
      hint: 'Reads carry the time that it showed when they were made.',
    })
    health.trouble(error, clock())
    log.warn({ err: error, camera: camera.id }, 'reads go on with the new time')
  }

  async function work(frame: Frame, cameAt: number): Promise<void> {
    if (stopping.signal.aborted || (await ledger.recall(frame))) return
    clearTimeout(stall)
    if (live) keepTime(frame.seenAt, cameAt)
    const seenAt = ledger.take(frame)
    let seen: { findings: PlateFinding[]; size: { width: number; height: number } } | null
    try {
      seen = await look(frame, seenAt)
    } catch (thrown) {
      // A frame that cannot be read must not stop the ones behind it, whatever the reason.
      const error = toSightlineError(thrown)
      log.warn({ err: error, camera: camera.id, frame: frame.name }, 'set aside a frame that cannot be read')
      health.frameRejected(error, clock())
      ledger.giveBack(seenAt)
      await frame.reject(error)
      return
    } finally {
      stall = setTimeout(() => void inOrder(settle), live ? STALL_MS.live : STALL_MS.waiting)
    }
    if (!seen) {
      health.frameStill()
      await ledger.tidy(false)
      return
    }
    health.frameRead(await conclude(tracker.update(seenAt, seen.findings, seen.size)))
  }

  /** No more frames come for now: what is under way counts as passed. */
  async function settle(): Promise<void> {
    health.readsMade(await conclude(tracker.flush(), true))
  }

  async function takeFrames(): Promise<void> {
    const waiting = new Set<Promise<unknown>>()
    for await (const frame of source.frames(stopping.signal)) {
      const cameAt = steady()
      health.frameSeen(clock())
      health.framesMissed(frame.missed ?? 0)
      const offered = frameQueue
        .offer(camera.id, () => inOrder(() => work(frame, cameAt)))
        .then((worked) => {
          if (!worked) {
            health.frameDropped()
            void frame.release()
          }
          waiting.delete(offered)
        })
      waiting.add(offered)
      // Where frames wait by themselves none is dropped.
      if (!live) await offered
    }
    await Promise.all(waiting)
  }

  const done = takeFrames().finally(async () => {
    clearTimeout(stall)
    await inOrder(settle)
    await ledger.idle()
    if (remembers) await inOrder(() => ledger.commit([]))
  })
  done.catch(() => {})

  return {
    done,
    health,
    view: () => view,
    unsure: unsure.list,
    settings: () => settings,
    change(next) {
      settings = next
    },
    async close() {
      stopping.abort(new Error('the camera is stopping'))
      const timer = setTimeout(() => givingUp.abort(new Error('the disk takes nothing')), LAST_WRITE_MS)
      await done.catch(() => {})
      clearTimeout(timer)
    },
  }
}

/** A clock that was set by less does not matter: a tracker remembers a vehicle for longer. */
const LEAST_STEP_MS = 10_000

/**
 * Tells a clock that was set from time that passed, by the frames of a live camera, which are stamped as they come.
 * @returns a function of a frame's instant and of when it came by a clock that nobody sets, both ms: by how much the
 * clock was set since the frame before, ms, positive if forward; 0 if it was not
 */
export function createClockSteps(): (seenAt: number, cameAt: number) => number {
  let last: { seenAt: number; cameAt: number } | undefined
  return (seenAt, cameAt) => {
    const step = last ? seenAt - last.seenAt - (cameAt - last.cameAt) : 0
    last = { seenAt, cameAt }
    return Math.abs(step) >= LEAST_STEP_MS ? Math.round(step) : 0
  }
}
