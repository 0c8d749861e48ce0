import type { Box } from '@sightline/recognition/geometry'
import type { Picture } from '@sightline/recognition/picture'
import type { VehicleLook } from '@sightline/recognition/vehicle/vehicle'
import { steadyClock } from '@sightline/runtime/clock'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { normalizePlate } from '@sightline/schemas/plate'
import type { Read } from '@sightline/schemas/read'
import type { EventsCamera } from '../camera/camera-to-run.ts'
import { createInOrder } from '../camera/in-order.ts'
import type { CameraParts, RunningCamera } from '../camera/pipeline.ts'
import { createShutdown } from '../camera/shutdown.ts'
import { keepUnsure } from '../camera/unsure.ts'
import { createHealth } from '../health/health.ts'
import { issuersOf } from '../site/issuers-of.ts'
import { type FrameView, viewFrame } from '../status/view.ts'
import { vehicleOf } from '../vehicle-of.ts'
import { createDating } from './clock.ts'
import { hearUntilStopped } from './hear.ts'
import type { ListenerPool } from './listener.ts'
import { MAKES } from './makes/makes.ts'
import { partsOf } from './multipart.ts'
import type { PassReading } from './passes.ts'
import { decodePictures, fits, picturesOf } from './pictures.ts'
import { createReadAgain } from './read-again.ts'
import { readOfReading } from './read-of.ts'
import type { Reading } from './reading.ts'
import { openAside } from './set-aside.ts'
import { openReadStore } from './store.ts'

export interface PlateReaderParts extends CameraParts {
  readonly listeners: ListenerPool
  /** Folder for messages that cannot be parsed, with a subfolder per camera. */
  readonly rejected: string
}

/** Result of a message. */
export interface Taken {
  readonly reads: number
  /** Why it was set aside. */
  readonly setAside?: string
  /** It told of no vehicle: a sign of life, another event. */
  readonly isIdle?: boolean
}

/** How often to look for vehicles that have passed, ms. */
const SETTLE_EVERY_MS = 500
const SILENT_AFTER_SECONDS = 6 * 3600

/**
 * Runs one plate reader: from its messages to reads on the disk. A message is acknowledged when its reads are on the disk;
 * otherwise the plate reader sends it again, and no read is made twice.
 */
export function startPlateReader(run: EventsCamera, parts: PlateReaderParts): RunningCamera {
  const { camera, events } = run
  const { spools, position, minConfidence, agentVersion, log, clock, steady = steadyClock } = parts
  const { stopping, givingUp, stop } = createShutdown()
  const store = openReadStore(camera.id, run.source, spools, log, givingUp)
  const { passes } = store
  const aside = openAside(parts.rejected)
  const issuers = issuersOf(run, position)
  const health = createHealth({
    camera: camera.id,
    agentVersion,
    kind: camera.kind,
    startedAt: clock(),
    steady,
    silentAfterMs: (events.silentAfterSeconds ?? SILENT_AFTER_SECONDS) * 1000,
    gives: 'messages',
  })
  let settings = run.settings ?? {}
  const unsure = keepUnsure(steady)
  let view: FrameView | null = null
  function show(next: FrameView): void {
    view = next
  }
  /** The state in memory and on the disk must agree. */
  const inOrder = createInOrder()

  function onTrouble(error: SightlineError, what: string): void {
    health.trouble(error, clock())
    log.warn({ camera: camera.id, code: error.code, reason: error.message }, what)
  }

  const dated = createDating(events.zone, (fault, isNew) => {
    health.clockJudged(fault)
    if (fault && isNew) health.trouble(fault, clock())
  })
  /** How the vehicle at a plate looks. If the network fails, that must not cost a read. */
  async function lookAt(scene: Picture, box: Readonly<Box>): Promise<VehicleLook | null> {
    if (!parts.vehicles) return null
    try {
      return await parts.vehicles.describe(scene, [...box])
    } catch (err) {
      log.warn({ err, camera: camera.id }, 'a read has no description of its vehicle')
      return null
    }
  }

  const readAgain = createReadAgain(camera.id, parts, { health, lookAt, store, issuers, show, inOrder })

  /** @param complete returns the passes that are complete now, or null if there is nothing to write */
  async function concludeOrUndo(complete: () => PassReading[] | null): Promise<Read[]> {
    const undo = passes.mark()
    const done = complete()
    try {
      return done ? await conclude(done) : []
    } catch (error) {
      // The plate reader sends it again: reads that are not on the disk must count as new then.
      undo()
      throw error
    }
  }

  /** Makes reads of completed passes, and stores them, then their pictures. */
  async function conclude(done: readonly PassReading[]): Promise<Read[]> {
    const isSure = ({ reading }: PassReading) => surenessOf(reading) >= minConfidence
    const sure = done.filter(isSure)
    const made = await Promise.all(
      sure.map(async ({ reading, seenAt }) => {
        const decoded = await decodePictures(reading, camera.id, log)
        const pictures = await picturesOf(decoded, reading.box)
        const has = { plate: pictures.has('plate'), vehicle: pictures.has('vehicle') }
        const where = position.positionAt(seenAt)
        const said = readOfReading(reading, { camera, position: where, seenAt, make: events.make, has })
        const { scene } = decoded
        const isShown = scene && reading.box && fits(reading.box, scene)
        const look = isShown ? await lookAt(scene, reading.box) : null
        const read: Read = { ...said, vehicle: vehicleOf(said.vehicle, look) }
        return { read, reading, decoded, pictures }
      }),
    )
    const reads = made.map(({ read }) => read)
    await store.commit(reads)
    for (const pass of done) {
      health.passed(isSure(pass) ? 'read' : 'unsure')
      if (!isSure(pass)) await keepForInstaller(pass)
    }
    for (const { read, reading, decoded, pictures } of made) {
      for (const [kind, bytes] of pictures) await store.keepPicture(read, kind, bytes)
      const picture = decoded.scene ?? decoded.vehicle ?? decoded.plate
      if (picture) show(viewFrame(picture, Date.parse(read.seenAt), []))
      if (events.readAgain) readAgain(read, reading, decoded)
    }
    return reads
  }

  /** If the installer's picture cannot be kept, that must not cost a read. */
  async function keepForInstaller({ reading, seenAt }: PassReading): Promise<void> {
    if (Object.keys(reading.pictures).length === 0) return
    const cut = async () => {
      const pictures = await picturesOf(await decodePictures(reading, camera.id, log), reading.box)
      const jpeg = pictures.get('plate') ?? pictures.get('vehicle')
      if (!jpeg) throw new SightlineError('NO_PICTURES', 'none of its pictures can be used')
      return jpeg
    }
    const pass = { seenAt, text: normalizePlate(reading.plate), confidence: surenessOf(reading) }
    await unsure
      .add(pass, cut, settings.keepUnsureMinutes)
      .catch((err) => log.warn({ err, camera: camera.id }, 'an unsure pass has no picture'))
  }

  /** @throws the error that keeps the message from being stored safely */
  async function take(message: { contentType: string; body: Uint8Array }): Promise<Taken> {
    const arrivedAt = clock()
    health.frameSeen(arrivedAt)
    let readings: Reading[]
    try {
      readings = MAKES[events.make](partsOf(message.contentType, message.body))
      for (const reading of readings) probe(reading)
    } catch (thrown) {
      return setAside(message, thrown, arrivedAt)
    }
    if (readings.length === 0) {
      health.frameStill()
      return { reads: 0, isIdle: true }
    }
    return inOrder(async () => {
      const heardAt = steady()
      const reads = await concludeOrUndo(() => {
        const done = readings.flatMap((reading) => passes.add(dated(reading, arrivedAt), heardAt))
        // Without a completed or continuing pass, there is nothing to write.
        return done.length > 0 || readings.some(({ pass }) => pass) ? done : null
      })
      health.frameRead(reads)
      return { reads: reads.length }
    })
  }

  /** @throws the error that a read of it would cause: before any part of the message is stored */
  function probe(reading: Reading): void {
    const has = { plate: false, vehicle: false }
    readOfReading(reading, { camera, position: null, seenAt: 0, make: events.make, has })
  }

  async function setAside(
    message: { contentType: string; body: Uint8Array },
    thrown: unknown,
    at: number,
  ): Promise<Taken> {
    const error = toSightlineError(thrown)
    if (error.code === 'INTERNAL')
      log.error({ err: error, camera: camera.id }, 'a message caused an internal error')
    await aside.put(message, error, at)
    health.frameRejected(error, at)
    log.warn(
      { camera: camera.id, code: error.code, reason: error.message },
      'set aside a message of a plate reader',
    )
    return { reads: 0, setAside: `${error.code}: ${error.message}` }
  }

  const settle = (all = false) =>
    inOrder(async () => {
      const reads = await concludeOrUndo(() => {
        const done = passes.settle(steady(), all)
        return done.length > 0 || all ? done : null
      })
      health.readsMade(reads)
    })
  const timer = setInterval(() => {
    settle().catch((thrown) => {
      if (!givingUp.aborted) log.error({ err: toSightlineError(thrown), camera: camera.id }, 'a read is lost')
    })
  }, SETTLE_EVERY_MS)

  const done = hearUntilStopped(run, {
    listeners: parts.listeners,
    log,
    take,
    onTrouble,
    onUnheard: health.unheard,
    onCertificate: health.certificateSeen,
    steady,
    signal: stopping,
  }).finally(async () => {
    clearInterval(timer)
    await settle(true)
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
    close: () => stop(done),
  }
}

/**
 * The plate reader's confidence, 0 to 1; 1 if it does not say, because nothing may be dropped without evidence of
 * doubt.
 */
const surenessOf = ({ confidence }: Reading): number => (confidence ? confidence.value / confidence.best : 1)
