import { setTimeout as sleep } from 'node:timers/promises'
import { cropJpeg, plateArea, vehicleArea } from '@sightline/recognition/pictures/crop'
import { steadyClock } from '@sightline/runtime/clock'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { lifetimeOf } from '@sightline/schemas/origin'
import type { Read } from '@sightline/schemas/read'
import type { PictureKind } from '@sightline/schemas/subjects'
import type { EventsCamera } from '../camera/camera-to-run.ts'
import type { CameraParts, RunningCamera } from '../camera/pipeline.ts'
import { createHealth } from '../health/health.ts'
import { unavailable } from '../network/cause.ts'
import { withoutCredentials } from '../sources/credentials.ts'
import { retryUntilStored } from '../spool/until-stored.ts'
import { type FrameView, viewFrame } from '../status/view.ts'
import type { ListenerPool } from './listener.ts'
import { MAKES } from './makes/makes.ts'
import { partsOf } from './multipart.ts'
import { createPasses, type PassReading, type SavedPasses } from './passes.ts'
import { type Decoded, decodePictures, fits, picturesOf } from './pictures.ts'
import { readOfReading } from './read-of.ts'
import type { Reading } from './reading.ts'
import { clockFault, sameVehicle, secondRead } from './second-reading.ts'
import { openAside } from './set-aside.ts'
import { streamedMessages } from './stream.ts'
import { instantOf } from './when.ts'

export interface PlateReaderParts extends CameraParts {
  readonly listeners: ListenerPool
  /** Where messages that cannot be read are kept, each camera's in a folder of its own. */
  readonly rejected: string
}

/** What a message was good for. */
export interface Taken {
  readonly reads: number
  /** Why it was set aside. */
  readonly setAside?: string
}

/** Vehicles that have passed are looked for so often, ms. */
const SETTLE_EVERY_MS = 500
const BACK_OFF = { first: 1_000, longest: 30_000 }
const SILENT_AFTER_SECONDS = 6 * 3600
/** So often a message that nobody sends again is tried: some five minutes. */
const MOST_TRIES = 14
/** How long a disk that refuses may hold up the stop, ms. */
const LAST_WRITE_MS = 5_000
/** Raised with every change of what is saved. */
const VERSION = 1

/**
 * Runs one camera that reads by itself: messages in, past the gate, to reads on the disk. A message is answered when what it
 * says is on the disk; the reader sends it again otherwise, and nothing of it is told twice.
 */
export function startPlateReader(run: EventsCamera, parts: PlateReaderParts): RunningCamera {
  const { camera, events } = run
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
  const zone = events.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const aside = openAside(parts.rejected)
  const passes = createPasses(recall(spools.reads.remembered(camera.id), run.source))
  const health = createHealth({
    camera: camera.id,
    agentVersion,
    kind: camera.kind,
    startedAt: clock(),
    steady,
    silentAfterMs: (events.silentAfterSeconds ?? SILENT_AFTER_SECONDS) * 1000,
  })
  let view: FrameView | null = null
  let toldClock: string | null = null
  const asked = { digest: false }

  let queue: Promise<unknown> = Promise.resolve()
  /** One thing at a time, in order: what is remembered and what is on the disk must agree. */
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const next = queue.then(work)
    queue = next.catch(() => {})
    return next
  }

  function trouble(error: SightlineError, what: string): void {
    health.trouble(error, clock())
    log.warn({ camera: camera.id, code: error.code, reason: error.message }, what)
  }

  /** The reader's own instant; one at which it cannot have been is the arrival's. */
  function sighted(reading: Reading, arrivedAt: number): PassReading {
    const said = instantOf(reading.seenAt, zone, arrivedAt)
    const fault = clockFault(said, arrivedAt)
    // The broker's other side refuses a read of such an instant: of a clock that was never set, too.
    const { earliest, latest } = lifetimeOf(arrivedAt)
    const isImpossible = said < earliest || said > latest
    if (fault !== null && toldClock === null) {
      const kept = isImpossible
        ? 'its reads carry the instant at which they came'
        : 'its reads carry its time'
      const error = new SightlineError('CLOCK_WRONG', `the clock of the plate reader ${fault}; ${kept}`, {
        hint: 'Set its clock by NTP, and `zone` in its source to the time zone that it shows.',
      })
      trouble(error, 'the clock of a plate reader is off')
    }
    toldClock = fault
    return { reading, seenAt: isImpossible ? arrivedAt : said }
  }

  /** Writes reads together with what is remembered, then their pictures. */
  async function keep(done: readonly PassReading[]): Promise<Read[]> {
    const sure = done.filter(({ reading: { confidence } }) => {
      return !confidence || confidence.value / confidence.best >= minConfidence
    })
    const found = await Promise.all(
      sure.map(async ({ reading, seenAt }) => {
        const decoded = await decodePictures(reading, camera.id, log)
        const pictures = await picturesOf(decoded, reading.box)
        const has = { plate: pictures.has('plate'), vehicle: pictures.has('vehicle') }
        const where = position.positionAt(seenAt)
        const read = readOfReading(reading, { camera, position: where, seenAt, make: events.make, has })
        return { read, reading, decoded, pictures }
      }),
    )
    const reads = found.map(({ read }) => read)
    await commit(reads)
    for (const { read, reading, decoded, pictures } of found) {
      for (const [kind, bytes] of pictures) await keepPicture(read, kind, bytes)
      show(read, decoded)
      if (events.readAgain) readAgain(read, reading, decoded)
    }
    return reads
  }

  function commit(reads: readonly Read[]): Promise<void> {
    const messages = reads.map((read) => ({ id: read.id, payload: Buffer.from(JSON.stringify(read)) }))
    const state = JSON.stringify({ v: VERSION, source: run.source, ...passes.save() })
    return retryUntilStored(
      camera.id,
      () => spools.reads.commit({ camera: camera.id, messages, state }),
      log,
      givingUp.signal,
    )
  }

  async function keepPicture({ pictures }: Read, kind: PictureKind, bytes: Uint8Array): Promise<void> {
    const id = pictures[kind]
    if (id === null) return
    await spools.pictures.append({ camera: camera.id, id, payload: bytes }).catch((err) => {
      log.warn({ err, camera: camera.id }, 'a read has no pictures')
    })
  }

  function show({ seenAt }: Read, { scene, vehicle, plate }: Decoded): void {
    const picture = scene ?? vehicle ?? plate
    if (picture) view = viewFrame(picture, Date.parse(seenAt), [])
  }

  /** Has Sightline read the picture, in its turn among the other cameras. Under overload it is left out. */
  function readAgain(first: Read, { box }: Reading, { scene, vehicle }: Decoded): void {
    const picture = scene ?? vehicle
    if (!picture) return
    const where = picture === scene && box && fits(box, picture) ? box : undefined
    const work = () =>
      inOrder(async () => {
        const findings = await engine.find(picture)
        view = viewFrame(picture, Date.parse(first.seenAt), findings)
        const found = sameVehicle(findings, first.plate, where)
        const second = secondRead(first, found, engine, minConfidence)
        if (!second || !found) return
        await commit([second])
        health.readsMade([second])
        await keepPicture(second, 'plate', await cropJpeg(picture, plateArea(found.box, picture)))
        await keepPicture(second, 'vehicle', await cropJpeg(picture, vehicleArea(found.box, picture)))
      }).catch((thrown) => {
        log.warn({ err: toSightlineError(thrown), camera: camera.id }, 'a picture was not read again')
      })
    void frameQueue.offer(camera.id, work)
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
      const done = readings.flatMap((reading) => passes.add(sighted(reading, arrivedAt), heardAt))
      // Nothing new, and nothing that is waited for: there is nothing to write.
      const reads = done.length > 0 || readings.some(({ pass }) => pass) ? await keep(done) : []
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
      if (done.length > 0 || all) health.readsMade(await keep(done))
    })

  async function listen(at: NonNullable<typeof events.listen>): Promise<void> {
    const place = await parts.listeners(at, {
      camera: camera.id,
      secret: await run.secret(),
      take,
    })
    log.info({ camera: camera.id, host: at.host, port: at.port }, 'listening for a plate reader')
    await aborted(stopping.signal)
    await place.close()
  }

  /** Takes one message after the other: a disk that refuses holds up the stream. */
  async function fetchStream(url: string, whileItRuns: () => void): Promise<void> {
    for await (const message of streamedMessages({ ...events, url }, asked, stopping.signal)) {
      whileItRuns()
      await takeSurely(message)
    }
    if (!stopping.signal.aborted) throw unavailable(withoutCredentials(url), 'its stream ended')
  }

  /** Nobody sends a message of a stream again: while the disk refuses, it waits. */
  async function takeSurely(message: { contentType: string; body: Uint8Array }): Promise<void> {
    for (let tries = 1, pause = BACK_OFF.first; ; tries++, pause = Math.min(2 * pause, BACK_OFF.longest)) {
      try {
        await take(message)
        return
      } catch (thrown) {
        const isLost = tries === MOST_TRIES || stopping.signal.aborted
        trouble(
          toSightlineError(thrown),
          isLost ? 'a message of a stream is lost' : 'a message of a stream waits',
        )
        if (isLost) return
        await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  async function hearUntilStopped(): Promise<void> {
    const { signal } = stopping
    let pause = BACK_OFF.first
    while (!signal.aborted) {
      try {
        if (events.listen) await listen(events.listen)
        else
          await fetchStream(events.url ?? '', () => {
            pause = BACK_OFF.first
          })
      } catch (thrown) {
        if (signal.aborted) return
        trouble(toSightlineError(thrown), 'the plate reader cannot be heard')
        await sleep(pause, undefined, { signal }).catch(() => {})
        pause = Math.min(2 * pause, BACK_OFF.longest)
      }
    }
  }

  const timer = setInterval(() => {
    settle().catch((thrown) => {
      if (!givingUp.signal.aborted)
        log.error({ err: toSightlineError(thrown), camera: camera.id }, 'a read is lost')
    })
  }, SETTLE_EVERY_MS)
  const done = hearUntilStopped().finally(async () => {
    clearInterval(timer)
    await settle(true)
  })
  done.catch(() => {})

  return {
    done,
    health,
    view: () => view,
    // What it was not sure of it does not send; it has no settings but how long its pictures live (edge-agent/main.ts).
    unsure: () => [],
    settings: () => ({}),
    change() {},
    async close() {
      stopping.abort(new Error('the camera is stopping'))
      const patience = setTimeout(() => givingUp.abort(new Error('the disk takes nothing')), LAST_WRITE_MS)
      await done.catch(() => {})
      clearTimeout(patience)
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** @returns undefined for what is of another source, or of another version of the agent */
function recall(text: string | undefined, source: string): SavedPasses | undefined {
  if (text === undefined) return undefined
  const saved = JSON.parse(text) as SavedPasses & { v: number; source: string }
  return saved.v === VERSION && saved.source === source ? saved : undefined
}
