import { steadyClock } from '@sightline/runtime/clock'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { Read } from '@sightline/schemas/read'
import type { EventsCamera } from '../camera/camera-to-run.ts'
import { createInOrder } from '../camera/in-order.ts'
import type { CameraParts, RunningCamera } from '../camera/pipeline.ts'
import { createShutdown } from '../camera/shutdown.ts'
import { createHealth } from '../health/health.ts'
import { issuersOf } from '../site/issuers-of.ts'
import { type FrameView, viewFrame } from '../status/view.ts'
import { createDating } from './clock.ts'
import { hearUntilStopped } from './hear.ts'
import type { ListenerPool } from './listener.ts'
import { MAKES } from './makes/makes.ts'
import { partsOf } from './multipart.ts'
import type { PassReading } from './passes.ts'
import { decodePictures, picturesOf } from './pictures.ts'
import { createReadAgain } from './read-again.ts'
import { readOfReading } from './read-of.ts'
import type { Reading } from './reading.ts'
import { openAside } from './set-aside.ts'
import { openReadStore } from './store.ts'

export interface PlateReaderParts extends CameraParts {
  readonly listeners: ListenerPool
  /** Where messages that cannot be read are kept, each camera's in a folder of its own. */
  readonly rejected: string
}

/** What came of a message. */
export interface Taken {
  readonly reads: number
  /** Why it was set aside. */
  readonly setAside?: string
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
  })
  let view: FrameView | null = null
  function show(next: FrameView): void {
    view = next
  }
  /** What is remembered and what is on the disk must agree. */
  const inOrder = createInOrder()

  function onTrouble(error: SightlineError, what: string): void {
    health.trouble(error, clock())
    log.warn({ camera: camera.id, code: error.code, reason: error.message }, what)
  }

  const dated = createDating(events.zone, (error) => onTrouble(error, 'the clock of a plate reader is off'))
  const readAgain = createReadAgain(camera.id, parts, { health, store, issuers, show, inOrder })

  /** Makes reads of completed passes, and stores them, then their pictures. */
  async function conclude(done: readonly PassReading[]): Promise<Read[]> {
    const sure = done.filter(({ reading: { confidence } }) => {
      return !confidence || confidence.value / confidence.best >= minConfidence
    })
    const made = await Promise.all(
      sure.map(async ({ reading, seenAt }) => {
        const decoded = await decodePictures(reading, camera.id, log)
        const pictures = await picturesOf(decoded, reading.box)
        const has = { plate: pictures.has('plate'), vehicle: pictures.has('vehicle') }
        const where = position.positionAt(seenAt)
        const read = readOfReading(reading, { camera, position: where, seenAt, make: events.make, has })
        return { read, reading, decoded, pictures }
      }),
    )
    const reads = made.map(({ read }) => read)
    await store.commit(reads)
    for (const { read, reading, decoded, pictures } of made) {
      for (const [kind, bytes] of pictures) await store.keepPicture(read, kind, bytes)
      const picture = decoded.scene ?? decoded.vehicle ?? decoded.plate
      if (picture) show(viewFrame(picture, Date.parse(read.seenAt), []))
      if (events.readAgain) readAgain(read, reading, decoded)
    }
    return reads
  }

  /** @throws what keeps the message from being safe */
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
      return { reads: 0 }
    }
    return inOrder(async () => {
      const heardAt = steady()
      const done = readings.flatMap((reading) => passes.add(dated(reading, arrivedAt), heardAt))
      // Without a completed pass, and without one that goes on, there is nothing to write.
      const reads = done.length > 0 || readings.some(({ pass }) => pass) ? await conclude(done) : []
      health.frameRead(reads)
      return { reads: reads.length }
    })
  }

  /** @throws what a read of it would be refused with: before anything of the message is kept */
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
    if (error.code === 'INTERNAL') log.error({ err: error, camera: camera.id }, 'a defect met a message')
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
      const done = passes.settle(steady(), all)
      if (done.length > 0 || all) health.readsMade(await conclude(done))
    })
  const timer = setInterval(() => {
    settle().catch((thrown) => {
      if (!givingUp.aborted) log.error({ err: toSightlineError(thrown), camera: camera.id }, 'a read is lost')
    })
  }, SETTLE_EVERY_MS)

  const { listeners } = parts
  const done = hearUntilStopped(run, { listeners, log, take, onTrouble, signal: stopping }).finally(
    async () => {
      clearInterval(timer)
      await settle(true)
    },
  )
  done.catch(() => {})

  return {
    done,
    health,
    view: () => view,
    // A plate reader sends no unsure reads. Its only setting, how long pictures live, is handled in edge-agent/main.ts.
    unsure: () => [],
    settings: () => ({}),
    change() {},
    close: () => stop(done),
  }
}
