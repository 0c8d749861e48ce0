import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrokerAddress } from '@sightline/broker/connect'
import type { Engine } from '@sightline/recognition/engine'
import type { VehicleNetwork } from '@sightline/recognition/vehicle/vehicle'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { Camera } from '@sightline/schemas/camera'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { CameraToRun } from './camera/camera-to-run.ts'
import { type RunningCamera, startCamera } from './camera/pipeline.ts'
import type { Feeds } from './feeds/main.ts'
import { createFrameQueue } from './gate/frame-queue.ts'
import { keepWarnings, type Warnings } from './health/warnings.ts'
import { listenerPool } from './plate-readers/listener.ts'
import { startPlateReader } from './plate-readers/main.ts'
import { positionPool } from './position/pool.ts'
import type { PositionSource } from './position/source.ts'
import { startPublisher } from './publisher/publisher.ts'
import { endRejected } from './spool/rejected.ts'
import type { CameraView } from './status/view.ts'

export type { CameraToRun } from './camera/camera-to-run.ts'

export interface EdgeOptions extends BrokerAddress {
  readonly cameras: readonly CameraToRun[]
  /** Shared by the cameras; the caller closes it. */
  readonly engine: Engine
  /** Recognizes color, kind and view of vehicles; shared, and closed by the caller. Without it, reads do not contain them. */
  readonly vehicles?: Pick<VehicleNetwork, 'describe'>
  /**
   * Number of frames processed at a time, each from a different camera; default 2: one is decoded while another is searched.
   */
  readonly parallel?: number
  /** Lowest confidence of a published read. */
  readonly minConfidence: number
  /** Folder that only this agent uses, for messages that the broker must still get. */
  readonly spool: string
  /** Space that it may use, bytes. */
  readonly spoolBytes: number
  readonly agentVersion: string
  readonly log: Logger
  readonly clock?: Clock
  /** The host's own use of the reads; the caller closes it. */
  readonly feeds?: Pick<Feeds, 'tapped' | 'states' | 'trouble'>
}

export interface EdgeAgent {
  /** Settles when the frames of all cameras have ended; rejects with the first source that failed. */
  readonly done: Promise<void>
  /** What each camera has done so far. */
  health(): CameraHealth[]
  /** Each camera with its latest frame, for the status page. */
  views(): CameraView[]
  /** Whether the broker is connected, so that reads can leave. */
  healthy(): boolean
  /**
   * Runs these cameras from now on: starts, stops and restarts those that changed, and updates the settings of the others.
   */
  apply(cameras: readonly CameraToRun[]): Promise<void>
  /** Settles when everything has left the disk. */
  drained(): Promise<void>
  close(): Promise<void>
}

interface Entry {
  readonly fingerprint: string
  readonly registration: Camera
  readonly camera: RunningCamera
  readonly position: PositionSource
  readonly warnings: Warnings
}

const HEALTH_EVERY_MS = 10_000
const LOOK_EVERY_MS = 1_000
/** How long a stop waits for the messages on the disk to be sent; the rest is sent after the next start. */
const LAST_CHANCE_MS = 2_000

/** Wires the cameras of one host: frames to passes, passes to reads on the disk, from there to the broker. */
export async function startEdgeAgent(options: EdgeOptions): Promise<EdgeAgent> {
  const { engine, parallel = 2, minConfidence, agentVersion, log } = options
  const running = new Map<string, Entry>()
  const onFull = (camera: string, error: SightlineError) =>
    running.get(camera)?.camera.health.trouble(error, clock())
  /** Includes removed cameras: their pictures may still wait for the broker. */
  const pictureDays = new Map<string, number | undefined>()
  const rejectedPictures = new Map<string, string>()
  const publisher = await startPublisher({
    ...options,
    onFull,
    pictureDays: (camera) => pictureDays.get(camera),
  })
  const { clock } = publisher
  const spools = options.feeds?.tapped(publisher.spools) ?? publisher.spools
  const frameQueue = createFrameQueue(parallel)
  const openPosition = positionPool(log, clock)
  const listeners = listenerPool(log)
  const rejectedMessages = join(options.spool, 'rejected')
  const closing = new AbortController()
  let failure: unknown
  let ended: () => void
  const allEnded = new Promise<void>((resolve) => {
    ended = resolve
  })
  let open = 0

  function start(run: CameraToRun): void {
    const position = openPosition(run.position)
    const parts = {
      engine,
      vehicles: options.vehicles,
      frameQueue,
      spools,
      position,
      minConfidence,
      agentVersion,
      log,
      clock,
    }
    const rejected = join(rejectedMessages, run.camera.id)
    const camera =
      'events' in run ? startPlateReader(run, { ...parts, listeners, rejected }) : startCamera(run, parts)
    running.set(run.camera.id, {
      fingerprint: run.fingerprint,
      registration: run.camera,
      camera,
      position,
      warnings: keepWarnings(run.camera.id, log),
    })
    open++
    void camera.done
      .catch((error) => {
        failure ??= error
        log.error({ err: toSightlineError(error), camera: run.camera.id }, 'the camera has ended')
      })
      .finally(() => {
        if (--open === 0) ended()
      })
  }

  async function stop(id: string): Promise<void> {
    const entry = running.get(id)
    if (!entry) return
    await entry.camera.close()
    await report(entry)
    await entry.position.close()
    running.delete(id)
  }

  function warningsOf({ registration, camera, position, warnings }: Entry, now: number) {
    const others = [position.trouble(), options.feeds?.trouble(registration.id) ?? null]
    const present = [...publisher.troubles(), ...others, ...camera.health.troubles(now)]
    return warnings.update(
      present.filter((trouble) => trouble !== null),
      now,
    )
  }

  function healthOf(entry: Entry): CameraHealth {
    const { registration, camera, position } = entry
    const { entries, bytes, dropped } = publisher.spools.reads.stats()
    const now = clock()
    const health = camera.health.report(now, {
      clockOffsetMs: position.clockOffsetMs() ?? publisher.clockOffsetMs(),
      warnings: warningsOf(entry, now),
      feeds: options.feeds?.states(registration.id) ?? [],
      spool: { messages: entries, bytes, droppedOldest: dropped },
    })
    return { ...health, registration, position: position.positionAt(now) }
  }
  const report = (entry: Entry) => publisher.report(healthOf(entry))

  function logState({ registration, camera }: Entry): void {
    const { state } = camera.health.report(clock())
    if (state === 'ok') log.info({ camera: registration.id, state }, 'the camera is well')
    else log.warn({ camera: registration.id, state }, 'the camera has a problem')
  }

  let looks = 0
  const healthTimer = setInterval(() => {
    const isDue = ++looks % (HEALTH_EVERY_MS / LOOK_EVERY_MS) === 0
    for (const entry of running.values()) {
      const isChanged = entry.camera.health.changed()
      if (isChanged) logState(entry)
      if (isChanged || isDue) void report(entry)
    }
  }, LOOK_EVERY_MS)

  async function apply(cameras: readonly CameraToRun[]): Promise<void> {
    const wanted = new Map(cameras.map((run) => [run.camera.id, run]))
    // While cameras are being replaced, the end of the old ones is not the end of the agent.
    open++
    const leaving = [...running].filter(
      ([id, { fingerprint }]) => wanted.get(id)?.fingerprint !== fingerprint,
    )
    await Promise.all(leaving.map(([id]) => stop(id)))
    for (const [id, run] of wanted) {
      pictureDays.set(id, run.settings?.pictures?.days)
      if (run.rejected !== undefined) rejectedPictures.set(id, run.rejected)
      const entry = running.get(id)
      if (entry) entry.camera.change(run.settings ?? {})
      else start(run)
    }
    if (--open === 0) ended()
  }
  await apply(options.cameras)
  // Includes removed cameras.
  const rejectedFolders = async () => [
    ...[...rejectedPictures].map(([id, folder]) => ({ folder, days: pictureDays.get(id) })),
    ...(await readdir(rejectedMessages).catch(() => [])).map((id) => ({
      folder: join(rejectedMessages, id),
      days: pictureDays.get(id),
    })),
  ]
  const endOfRejected = endRejected(rejectedFolders, clock, log)

  return {
    done: allEnded.then(() => {
      if (failure !== undefined && !closing.signal.aborted) throw failure
    }),
    health: () => [...running.values()].map(healthOf),
    views: () =>
      [...running.values()].map((entry) => {
        const health = healthOf(entry)
        const { camera } = entry
        const { zones = {} } = camera.settings()
        return { id: health.camera, health, frame: camera.view(), unsure: camera.unsure(), zones }
      }),
    healthy: publisher.connected,
    apply,
    drained: () => publisher.drained(closing.signal),
    async close() {
      clearInterval(healthTimer)
      endOfRejected()
      closing.abort()
      await Promise.all([...running.keys()].map(stop))
      const patience = AbortSignal.timeout(publisher.connected() ? LAST_CHANCE_MS : 0)
      await publisher.drained(patience)
      await publisher.close()
    },
  }
}
