import { setTimeout as sleep } from 'node:timers/promises'
import { createFrameQueue } from '@sightline/edge-agent/gate/frame-queue'
import type { Picture } from '@sightline/recognition/picture'
import { plateArea } from '@sightline/recognition/pictures/crop'
import { SightlineError } from '@sightline/schemas/errors'
import { jpegFault } from '@sightline/schemas/jpeg'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import {
  type Bench,
  type BenchFrame,
  engineOf,
  frameOf,
  openSpools,
  sight,
  startBench,
  takeOut,
  takeReads,
} from './bench.ts'

/** One camera's pipeline with a real spool; the frames and the engine's findings are made up. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let spools: Awaited<ReturnType<typeof openSpools>>
const benches: Bench[] = []

beforeEach(async () => {
  folder = await temporaryFolder()
  spools = await openSpools(folder.path)
})
afterEach(async () => {
  for (const { camera } of benches.splice(0)) await camera.close()
  await spools.reads.close()
  await spools.pictures.close()
  await folder.remove()
})

function start(options: Partial<Parameters<typeof startBench>[0]> = {}): Bench {
  const bench = startBench({ spools, ...options })
  benches.push(bench)
  return bench
}

const BEGIN = Date.parse('2026-11-24T03:05:00.000Z')
/** Frames of one plate, ten a second. */
const passing = (plate: string, count: number, at = 0): BenchFrame[] =>
  Array.from({ length: count }, (_, n) =>
    frameOf(`${at}-${n}`, BEGIN + at + n * 100, [sight(plate, 12 - 0.5 * n)]),
  )
const empty = (at: number) => frameOf(`empty-${at}`, BEGIN + at, [])

test('many frames of one vehicle give one read, with its instants, direction and position', async () => {
  const { feed, end, camera } = start()
  for (const frame of passing('7ABC123', 10)) feed(frame)
  end()
  await camera.done
  const [read, ...more] = await takeReads(spools.reads)
  expect(more).toEqual([])
  expect(read).toMatchObject({
    plate: '7ABC123',
    position: { fix: 'surveyed', lat: 32.7 },
    pass: {
      firstSeenAt: '2026-11-24T03:05:00.000Z',
      lastSeenAt: '2026-11-24T03:05:00.900Z',
      frames: 10,
      direction: 'approaching',
    },
  })
  const pictures = await takeOut(spools.pictures)
  expect(pictures.map(({ id }) => id)).toEqual([read?.pictures.plate, read?.pictures.vehicle])
})

test('the same frames give the same read id, whoever reads them', async () => {
  const ids: string[] = []
  for (const id of ['gate-1', 'gate-1']) {
    const { feed, end, camera } = start({ id, resumes: 'none' })
    for (const frame of passing('7ABC123', 10)) feed(frame)
    end()
    await camera.done
    ids.push(...(await takeReads(spools.reads)).map((read) => read.id))
  }
  expect(ids).toHaveLength(2)
  expect(ids[0]).toBe(ids[1])
})

test('a read says what its best frame shows of the vehicle, and how sure that is (CAP-1)', async () => {
  const boxes: unknown[] = []
  const { feed, end, camera } = start({
    vehicles: {
      async describe(_picture, box) {
        boxes.push(box)
        const kind = { name: 'pickup', probability: 0.97 } as const
        return { color: { name: 'gray', probability: 0.8 }, kind, view: null }
      },
    },
  })
  for (const frame of passing('7ABC123', 10)) feed(frame)
  end()
  await camera.done
  const [read] = await takeReads(spools.reads)
  expect(boxes).toHaveLength(1)
  expect(read?.vehicle).toEqual({
    make: null,
    model: null,
    color: 'gray',
    kind: 'pickup',
    view: null,
    certainty: { color: 0.8, kind: 0.97, view: null },
  })
})

test('a folder that is away is a warning until it is back', async () => {
  const { camera, told } = start()
  const warnings = () => camera.health.troubles(BEGIN)
  const error = new SightlineError('PICTURE_NOT_READABLE', 'its disk is not mounted')
  told.onAway?.(error)
  expect(warnings()).toEqual([error])
  told.onAway?.(null)
  expect(warnings()).toEqual([])
})

const NOTHING = { color: null, kind: null, view: null }
test.each([
  ['cannot be described', () => Promise.reject(new Error('no memory'))],
  ['shows nothing for sure', async () => NOTHING],
])('a read is published even if its vehicle %s', async (_what, describe) => {
  const { feed, end, camera } = start({ vehicles: { describe } })
  for (const frame of passing('7ABC123', 10)) feed(frame)
  end()
  await camera.done
  expect((await takeReads(spools.reads)).map(({ vehicle }) => vehicle)).toEqual([null])
})

test('a vehicle that has passed is read at the next frame after two seconds', async () => {
  // Without timers: the one for a camera that sends nothing would bring the read a second later.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { feed } = start()
    for (const frame of passing('7ABC123', 5)) feed(frame)
    feed(empty(2_500))
    while (spools.reads.stats().entries === 0) await new Promise((turn) => setImmediate(turn))
    expect(spools.reads.stats().entries).toBe(1)
  } finally {
    vi.useRealTimers()
  }
})

test('when the camera sends no more frames, what it saw is read all the same, and only once', async () => {
  const { feed, end, camera } = start({ live: true, resumes: 'none' })
  for (const frame of passing('7ABC123', 5)) {
    feed(frame)
    await sleep(50)
  }
  await vi.waitFor(() => expect(spools.reads.stats().entries).toBe(1), { timeout: 30_000, interval: 20 })
  for (const frame of passing('7ABC123', 5, 4_000)) {
    feed(frame)
    await sleep(50)
  }
  end()
  await camera.done
  expect(spools.reads.stats().entries).toBe(1)
  expect(camera.health.report(Date.now())).toMatchObject({ reads: 1, framesSeen: 10 })
})

test('the confidence of the whole pass counts', async () => {
  const { feed, end, camera } = start({ minConfidence: 0.9 })
  const [unsure, sure] = ['7ABC123', '8XYZ456'].map((plate, i) =>
    passing(plate, 1, i * 10_000).map((frame) => frame),
  ) as [BenchFrame[], BenchFrame[]]
  const doubtful = { ...sight('7ABC123'), confidence: 0.4 }
  for (const frame of [frameOf('doubtful', unsure[0]!.seenAt, [doubtful]), ...sure, empty(20_000)])
    feed(frame)
  end()
  await camera.done
  expect((await takeReads(spools.reads)).map(({ plate }) => plate)).toEqual(['8XYZ456'])
})

test('an unsure reading is counted, and kept for the installer as long as configured', async () => {
  let passed = 0
  const bench = start({ minConfidence: 0.9, steady: () => passed, settings: { keepUnsureMinutes: 1 } })
  const { feed, camera } = bench
  feed(frameOf('doubtful', BEGIN, [{ ...sight('7ABC123'), confidence: 0.4 }]))
  feed(empty(6_000))
  await vi.waitFor(() => expect(camera.unsure()).toHaveLength(1), 30_000)
  const [pass] = camera.unsure()
  expect(pass).toMatchObject({ text: '7ABC123', seenAt: BEGIN, confidence: expect.closeTo(0.4, 1) })
  expect(jpegFault(pass!.jpeg)).toBeNull()
  expect(camera.health.report(BEGIN)).toMatchObject({ unsure: 1, reads: 0 })
  expect(spools.reads.stats().entries).toBe(0)
  passed = 61_000
  expect(camera.unsure()).toEqual([])
  camera.change({ keepUnsureMinutes: 0 })
  feed(frameOf('again', BEGIN + 20_000, [{ ...sight('8XYZ456'), confidence: 0.4 }]))
  feed(empty(26_000))
  await vi.waitFor(() => expect(camera.health.report(BEGIN).unsure).toBe(2), 30_000)
  expect(camera.unsure()).toEqual([])
})

test('areas outside the zones are black in images kept for the installer, too', async () => {
  const doubtful = { ...sight('7ABC123'), confidence: 0.4 }
  const [x, y, w, h] = doubtful.box
  // The picture left of a third of the plate; its middle is looked at.
  const edge = (x + w / 3) / 1280
  const left: [number, number][] = [
    [0, 0],
    [edge, 0],
    [edge, 1],
    [0, 1],
  ]
  const { feed, camera } = start({ minConfidence: 0.9, settings: { zones: { ignore: [left] } } })
  feed(frameOf('doubtful', BEGIN, [doubtful]))
  feed(empty(6_000))
  await vi.waitFor(() => expect(camera.unsure()).toHaveLength(1), 30_000)
  const { data, info } = await sharp(camera.unsure()[0]!.jpeg)
    .grayscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const area = plateArea([x, y, w, h], { width: 1280, height: 720 } as Picture)
  const border = ((x + w / 3 - area[0]) / area[2]) * info.width
  const column = (at: number) => data[Math.floor(info.height / 2) * info.width + Math.floor(at)]!
  expect(column(border / 2)).toBeLessThan(20)
  expect(column((border + info.width) / 2)).toBeGreaterThan(80)
})

test('a plate outside the zones gives no read, and changed zones apply from the next frame on', async () => {
  const everything: [number, number][] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ]
  const { feed, end, camera } = start({ settings: { zones: { ignore: [everything] } } })
  for (const frame of passing('7ABC123', 5)) feed(frame)
  feed(empty(5_000))
  await vi.waitFor(() => expect(camera.health.report(BEGIN).framesSeen).toBe(6), 30_000)
  await vi.waitFor(
    () => expect(camera.health.report(BEGIN)).toMatchObject({ framesStill: expect.any(Number) }),
    30_000,
  )
  expect(camera.view()?.findings).toEqual([])
  camera.change({})
  for (const frame of passing('8XYZ456', 5, 20_000)) feed(frame)
  end()
  await camera.done
  expect((await takeReads(spools.reads)).map(({ plate }) => plate)).toEqual(['8XYZ456'])
})

test('a camera with a line reads only what crosses it in its direction, and the read says so', async () => {
  const { feed, end, camera } = start({
    settings: { zones: { line: { from: [0, 0.8], to: [1, 0.8] } } },
  })
  // From 12 m to 7.5 m: the plate sinks from 0.72 to 0.86 of the height.
  for (const frame of passing('7ABC123', 10)) feed(frame)
  const away = passing('8XYZ456', 10, 40_000).map((frame, n) =>
    frameOf(`away-${n}`, frame.seenAt, [sight('8XYZ456', 7.5 + 0.5 * n)]),
  )
  for (const frame of away) feed(frame)
  end()
  await camera.done
  const reads = await takeReads(spools.reads)
  expect(reads.map(({ plate, pass }) => [plate, pass?.line])).toEqual([['7ABC123', 'crossed']])
})

test.each([
  [{ keep: 'plate' } as const, ['plate']],
  [{ keep: 'none' } as const, []],
  [{}, ['plate', 'vehicle']],
])('with images %o, %o are kept', async (rules, kinds) => {
  const { feed, end, camera } = start({ settings: { pictures: rules } })
  for (const frame of passing('7ABC123', 5)) feed(frame)
  end()
  await camera.done
  const [read] = await takeReads(spools.reads)
  const { plate, vehicle } = read!.pictures
  expect([plate && 'plate', vehicle && 'vehicle'].filter(Boolean)).toEqual(kinds)
  expect((await takeOut(spools.pictures)).map(({ id }) => id)).toEqual([plate, vehicle].filter(Boolean))
})

test('when the clock is set back an hour, a stationary vehicle stays one read, and the next vehicle is read', async () => {
  const { feed, end, camera } = start()
  const stationary = (at: number) => frameOf(`s${at}`, BEGIN + at, [sight('7ABC123', 8, 0.1)])
  for (let at = 0; at < 5_000; at += 500) feed(stationary(at))
  for (let at = -3_600_000; at < -3_595_000; at += 500) feed(stationary(at))
  for (const frame of passing('8XYZ456', 5, -3_590_000)) feed(frame)
  end()
  await camera.done
  expect((await takeReads(spools.reads)).map(({ plate }) => plate)).toEqual(['7ABC123', '8XYZ456'])
})

describe('frames that can be read again', () => {
  test('are kept while an image of them may be needed, and released once the read is on the disk', async () => {
    const { feed } = start()
    const frames = passing('7ABC123', 4)
    for (const frame of frames) feed(frame)
    await vi.waitFor(() => expect(spools.reads.stats().entries).toBe(1), { timeout: 30_000, interval: 5 })
    await vi.waitFor(() => expect(frames.every(({ released }) => released)).toBe(true), 30_000)
  })

  test('are not released while the disk refuses the read', async () => {
    let isFull = true
    const reads = {
      ...spools.reads,
      commit: (step: Parameters<typeof spools.reads.commit>[0]) =>
        isFull
          ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))
          : spools.reads.commit(step),
    }
    const { diskError } = await import('@sightline/edge-agent/spool/store')
    const refusing = {
      ...reads,
      commit: (step: Parameters<typeof reads.commit>[0]) =>
        reads.commit(step).catch((error) => Promise.reject(diskError(error))),
    }
    const { feed } = start({ spools: { ...spools, reads: refusing } })
    const frames = passing('7ABC123', 4)
    for (const frame of frames) feed(frame)
    await sleep(2_000)
    expect(frames.some(({ released }) => released)).toBe(false)
    isFull = false
    await vi.waitFor(() => expect(frames.every(({ released }) => released)).toBe(true), 30_000)
    expect(spools.reads.stats().entries).toBe(1)
  })

  test('are set aside when they cannot be decoded, and the vehicle is read from the others', async () => {
    const { feed, end, camera } = start()
    const frames = passing('7ABC123', 5)
    frames[2]!.open = () => Promise.reject(new Error('no picture'))
    for (const frame of frames) feed(frame)
    end()
    await camera.done
    expect(frames.map(({ rejected }) => rejected)).toEqual([false, false, true, false, false])
    expect((await takeReads(spools.reads)).map(({ pass }) => pass?.frames)).toEqual([4])
  })
})

describe('under overload', () => {
  test('two live cameras with one engine drop frames alike, keep their newest, and count them; a folder loses nothing', async () => {
    const frameQueue = createFrameQueue(1)
    const engine = engineOf(10)
    const live = ['north', 'south'].map((id) =>
      start({ id, live: true, resumes: 'none', engine, frameQueue }),
    )
    const waiting = start({ id: 'gate-1', engine, frameQueue })
    for (let n = 0; n < 20; n++) waiting.feed(frameOf(`w${n}`, BEGIN + n * 100, []))
    for (let n = 0; n < 60; n++) {
      for (const { feed } of live) feed(frameOf(`f${n}`, BEGIN + n * 33, []))
      await sleep(5)
    }
    for (const { end } of [...live, waiting]) end()
    await Promise.all([...live, waiting].map(({ camera }) => camera.done))
    const [north, south, folderHealth] = [...live, waiting].map(({ camera }) =>
      camera.health.report(Date.now()),
    )
    for (const health of [north!, south!]) {
      expect(health.framesSeen).toBe(60)
      expect(health.framesDropped).toBeGreaterThan(10)
      expect(health.framesDropped + health.framesProcessed + health.framesStill).toBe(60)
    }
    expect(Math.abs(north!.framesDropped - south!.framesDropped)).toBeLessThan(12)
    expect(folderHealth).toMatchObject({ framesSeen: 20, framesDropped: 0 })
  })
})

test('a still scene does not use the engine', async () => {
  const engine = engineOf()
  const { feed, end, camera } = start({ engine })
  const still = frameOf('still', 0, [])
  const picture = await still.open()
  for (let n = 0; n < 100; n++) feed({ ...frameOf(`s${n}`, BEGIN + n * 100, []), open: async () => picture })
  end()
  await camera.done
  const { framesProcessed, framesStill } = camera.health.report(Date.now())
  expect(framesProcessed + framesStill).toBe(100)
  // The first three seconds, until it is known to be still; then one look in three seconds.
  expect(engine.found).toBeLessThan(36)
})
