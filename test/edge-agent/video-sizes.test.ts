import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { composeScene, mountOf } from '@sightline/vendor-sim/render/scene'
import { random } from '@sightline/vendor-sim/world/random'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { storedReads } from '../support/edge.ts'
import { runProgram } from '../support/killed.ts'
import { isLong } from '../support/long.ts'
import { hasFfmpeg } from '../support/rtsp.ts'

/** Recordings of cameras of many sizes, H.264, through `edge run` as its own process: each gives its plate. */

interface Recording {
  readonly width: number
  readonly height: number
  /** Pixels a millimeter of the plate in the frame that is drawn, 1280 pixels wide: 0.5 is an ordinary plate, of 150 pixels. */
  readonly scale: number
  /** How the video keeps color: odd sides are possible only where color is kept for each pixel. */
  readonly pixels: 'yuv420p' | 'yuv444p'
}

const ordinary = { scale: 0.5, pixels: 'yuv420p' } as const
const SOME: readonly Recording[] = [
  { width: 704, height: 480, ...ordinary },
  { width: 853, height: 481, ...ordinary, pixels: 'yuv444p' },
  { width: 1280, height: 720, ...ordinary },
  { width: 1920, height: 1088, ...ordinary },
  { width: 3840, height: 2160, ...ordinary },
  { width: 1920, height: 1080, ...ordinary, scale: 1.6 },
]
const MORE: readonly Recording[] = [
  { width: 854, height: 480, ...ordinary },
  { width: 960, height: 540, ...ordinary },
  { width: 1600, height: 1200, ...ordinary },
  { width: 1920, height: 1080, ...ordinary },
  { width: 2560, height: 1440, ...ordinary },
  { width: 2688, height: 1520, ...ordinary },
  { width: 1280, height: 720, ...ordinary, scale: 1.6 },
]
const RECORDINGS = isLong ? [...SOME, ...MORE] : SOME
const FRAMES = 3
const FPS = 5

const [vehicle] = createWorld(DEFAULT_WORLD).fleet
const nameOf = ({ width, height, scale }: Recording) => `${width}x${height}${scale > 1 ? '-near' : ''}`

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  broker = await testBroker({ vendors: ['sim'], edges: { edge: RECORDINGS.map(nameOf) } })
  folder = await temporaryFolder()
})
afterAll(async () => {
  await broker.remove()
  await folder.remove()
})

/** Frames of a vehicle that comes nearer by little, as JPEG files one after the other. */
async function draw(scale: number): Promise<Buffer> {
  const scene = composeScene([vehicle!], mountOf(random('sizes')), random('sizes', 'scene'), 'day')
  const clear = { ...scene, blur: 0.6, motion: 1, noise: 3, gain: 1, quality: 90 }
  const frames = Array.from({ length: FRAMES }, (_, step) => {
    const seen = { ...scene.vehicles[0]!, x: 640, y: 430 + 8 * step, scale: scale * 1.02 ** step }
    return renderFrame({ ...clear, vehicles: [seen] }, random('sizes', step))
  })
  return Buffer.concat(await Promise.all(frames))
}

async function record(recordings: readonly (Recording & { readonly name: string })[]): Promise<void> {
  const outputs = recordings.flatMap(({ name, width, height, pixels }) => [
    ...['-vf', `scale=${width}:${height}`, '-pix_fmt', pixels],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', join(folder.path, `${name}.mp4`)],
  ])
  const input = ['-f', 'image2pipe', '-framerate', String(FPS), '-c:v', 'mjpeg', '-i', 'pipe:0']
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', ...input, ...outputs], {
    input: await draw(recordings[0]!.scale),
  })
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`)
}

test.skipIf(!hasFfmpeg)(
  `cameras of every size give the plate, also near ones${hasFfmpeg ? '' : ' (skipped: ffmpeg is not here)'} (CAP-3)`,
  async () => {
    const recordings = RECORDINGS.map((recording) => ({ ...recording, name: nameOf(recording) }))
    for (const scale of new Set(recordings.map((recording) => recording.scale)))
      await record(recordings.filter((recording) => recording.scale === scale))
    const cameras = recordings.map(({ name }) => ({
      ...{ id: name, owner: 'A', ownerType: 'agency', kind: 'fixed' },
      source: { type: 'file', path: join(folder.path, `${name}.mp4`) },
    }))
    const config = join(folder.path, 'edge.json')
    await writeFile(config, JSON.stringify({ cameras }))
    const { status, said } = await runProgram([
      ...['edge', 'run', '--config', config, '--spool', join(folder.path, 'spool')],
      ...['--broker', broker.url, '--keys', broker.keys],
    ])
    expect([status, said]).toEqual([0, ''])
    const reads = (await storedReads(broker)).map(({ camera, plate }) => `${camera.id} ${plate}`)
    expect(reads.sort()).toEqual(recordings.map(({ name }) => `${name} ${vehicle!.plate}`).sort())
  },
  180_000,
)
