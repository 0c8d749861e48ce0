import type { Engine } from '@sightline/recognition/engine'
import type { VehicleNetwork } from '@sightline/recognition/vehicle/vehicle'
import { type Clock, steadyClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { FrameQueue } from '../gate/frame-queue.ts'
import { createGate } from '../gate/gate.ts'
import { createHealth, type Health } from '../health/health.ts'
import type { PositionSource } from '../position/source.ts'
import { issuersOf } from '../site/issuers-of.ts'
import type { Frame } from '../sources/frame.ts'
import type { Spool } from '../spool/spool.ts'
import type { FrameView } from '../status/view.ts'
import { learnFixtures } from '../tracking/fixtures.ts'
import { steadyTracker } from '../tracking/tracker.ts'
import { counts } from '../zones/zones.ts'
import type { FrameCamera } from './camera-to-run.ts'
import { createClockSteps } from './clock-steps.ts'
import { createConcluding } from './conclude.ts'
import { createInOrder } from './in-order.ts'
import { openLedger } from './ledger.ts'
import { createLooking, type Seen } from './look.ts'
import { parseMemory } from './memory.ts'
import type { CameraSettings } from './settings.ts'
import { createShutdown } from './shutdown.ts'
import { keepUnsure, type UnsurePass } from './unsure.ts'

export interface CameraParts {
  /** Shared by the cameras of a host; the caller closes it. */
  readonly engine: Engine
  /** Recognizes color, kind and view of each read's vehicle; without it reads do not contain them. */
  readonly vehicles?: Pick<VehicleNetwork, 'describe'> | undefined
  readonly frameQueue: FrameQueue
  readonly spools: { readonly reads: Spool; readonly pictures: Pick<Spool, 'append'> }
  readonly position: PositionSource
  /** Lowest confidence of a published read. */
  readonly minConfidence: number
  readonly agentVersion: string
  readonly log: Logger
  readonly clock: Clock
  /** A monotonic clock, which setting the host's clock does not affect. */
  readonly steady?: Clock
}

export interface RunningCamera {
  /** Settles when the frames have ended; rejects when the source fails for good. */
  readonly done: Promise<void>
  readonly health: Health
  /** Its latest frame, for the status page; null before the first. */
  view(): FrameView | null
  /** Recent passes whose confidence was too low for a read, newest first. */
  unsure(): UnsurePass[]
  settings(): CameraSettings
  /** New settings from now on; passes in view continue. */
  change(settings: CameraSettings): void
  /** Takes no more frames; resolves when everything seen is on the disk. */
  close(): Promise<void>
}

/** A plate not seen for this long, ms, has passed. */
const END_AFTER_MS = 2_000
/**
 * The same if the source sends nothing for this long. A source whose frames wait would send at once, unless it is
 * empty.
 */
const STALL_MS = { live: 2_000, waiting: 1_000 }
/** The tracker must notice that a plate is gone before the gate closes. */
const HOLD_MS = END_AFTER_MS + 1_000

/** Runs one camera: frames pass the gate, wait their turn for the engine, become passes, then reads on the disk. */
export function startCamera(run: FrameCamera, parts: CameraParts): RunningCamera {
  const { camera } = run
  let settings = run.settings ?? {}
  const { engine, frameQueue, spools, agentVersion, log, clock, steady = steadyClock } = parts
  const { stopping, givingUp, stop } = createShutdown()
  const source = run.open({
    clock,
    onTrouble(error) {
      const { code, message } = error
      health.trouble(error, clock())
      log.warn({ camera: camera.id, code, reason: message }, 'the camera gives no frames')
    },
    onCertificate: (endsAt) => health.certificateSeen('camera', endsAt),
    onAway: (error) => health.unheard(error),
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
      moves: camera.kind === 'mobile',
      counts: (early, late, size) => counts(settings.zones ?? {}, early, late, size),
    },
    memory?.tracker,
  )
  const fixtures = learnFixtures(memory?.fixtures)
  const issuers = issuersOf(run, parts.position, memory?.issuers)
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
    issuers,
    spools,
    log,
    settings: () => settings,
    signal: givingUp,
  })

  const gate = createGate({ holdMs: HOLD_MS })
  const { look, view } = createLooking(engine, gate, health, issuers, () => settings.zones ?? {})
  const conclude = createConcluding(camera, parts, {
    ledger,
    health,
    fixtures,
    issuers,
    unsure,
    settings: () => settings,
  })

  const enqueue = createInOrder()
  /** One task at a time, in order: the tracker and the ledger must agree. */
  const inOrder = (task: () => Promise<void>): Promise<void> =>
    enqueue(task).catch((thrown) => {
      if (!givingUp.aborted)
        log.error({ err: toSightlineError(thrown), camera: camera.id }, 'a frame is lost')
    })
  let stall: NodeJS.Timeout | undefined

  /** A vehicle in view must remain one vehicle when the clock is set. */
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
    if (stopping.aborted || (await ledger.recall(frame))) return
    clearTimeout(stall)
    if (live) keepTime(frame.seenAt, cameAt)
    const seenAt = ledger.take(frame)
    let seen: Seen | null
    try {
      seen = await look(frame, seenAt)
    } catch (thrown) {
      // A frame that cannot be read must not block the following frames, whatever the reason.
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

  /** No more frames come for now, so all current passes count as complete. */
  async function settle(): Promise<void> {
    health.readsMade(await conclude(tracker.flush(), true))
  }

  async function takeFrames(): Promise<void> {
    const waiting = new Set<Promise<unknown>>()
    for await (const frame of source.frames(stopping)) {
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
      // Sources whose frames wait drop none.
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
    view,
    unsure: unsure.list,
    settings: () => settings,
    change(next) {
      settings = next
    },
    close: () => stop(done),
  }
}
