import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@sightline/broker/free-port'
import type { SourceConfig } from '@sightline/edge-agent/config/schema'
import { createEngine, type Engine, type PlateFinding } from '@sightline/recognition/engine'
import type { Box } from '@sightline/recognition/geometry'
import { decodePicture } from '@sightline/recognition/pictures/open'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { composeScene, mountOf } from '@sightline/vendor-sim/render/scene'
import { random } from '@sightline/vendor-sim/world/random'
import { createWorld, DEFAULT_WORLD } from '@sightline/vendor-sim/world/world'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { serveCamera, takeFrames } from '../../support/camera.ts'
import { isLong } from '../../support/long.ts'
import { hasRtspServer, startRtspServer } from '../../support/rtsp.ts'
import { type Case, cases, nameOf, partOf } from './cases.ts'
import { encodePicture, encodeVideo, placeOf } from './encode.ts'

/**
 * One scene through every way in: the same text, the same place and nearly the same confidence, whatever the picture's format.
 * In its long form 36 sizes by five ways and over RTSP, and all variants (`./sightline test --long matrix`). SIGHTLINE_MATRIX=FILE
 * writes the table, a line after each format, so that a run which is stopped keeps what it has seen; SIGHTLINE_MATRIX_PART=283-369
 * runs these of its formats alone, the first of which is 0.
 */

/** The confidence may be lower by so much than that of the scene as it was drawn. */
const CONFIDENCE = 0.1
/** The plate's box and the expected one share at least so much of what both cover. */
const OVERLAP = 0.75
/** Pixels a millimeter: the plate is 300 pixels of 1280 wide, so that 83 are left in a picture of 352. */
const SCALE = 1
/** Who joins a stream of H.265 between two key frames sees gray until the next one; three frames were counted here. */
const RTSP_FRAMES = 12
/** How far the vehicle moves between two fields, pixels of 1280: enough for teeth as wide as a stroke. */
const FIELD_STEP = 8

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let engine: Engine
let scene: Buffer
let later: Buffer
let reference: PlateFinding
let size: { width: number; height: number }
beforeAll(async () => {
  folder = await temporaryFolder()
  engine = await createEngine('sightline')
  const [vehicle] = createWorld(DEFAULT_WORLD).fleet
  const composed = composeScene([vehicle!], mountOf(random('matrix')), random('matrix', 'scene'), 'day')
  const draw = (x: number) => {
    const seen = { ...composed.vehicles[0]!, x, y: 400, scale: SCALE }
    const clear = { ...composed, blur: 0.5, motion: 1, noise: 2, gain: 1, quality: 95, vehicles: [seen] }
    return renderFrame(clear, random('matrix', 'frame'))
  }
  scene = await draw(640)
  later = await draw(640 + FIELD_STEP)
  const picture = await decodePicture(scene, 'the scene')
  size = { width: picture.width, height: picture.height }
  reference = (await engine.find(picture))[0]!
  expect(reference.text).toBe(vehicle!.plate)
}, 60_000)
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

interface Row {
  what: string
  text: string
  confidence: number
  overlap: number
  fault: string
}

/** The source of a case, and what ends it. */
async function sourceOf(one: Case, at: string): Promise<{ source: SourceConfig; end(): void }> {
  const nothing = () => {}
  if (one.way === 'h264' || one.way === 'h265') {
    const path = `${at}-${one.way}.mp4`
    await encodeVideo(path, scene, later, one)
    if (one.over === 'rtsp') {
      const port = await freePort()
      const server = await startRtspServer(path, port)
      const url = `rtsp://127.0.0.1:${port}/stream`
      return { source: { type: 'rtsp', url }, end: () => void server.kill('SIGKILL') }
    }
    return { source: { type: 'file', path }, end: nothing }
  }
  const picture = await encodePicture(scene, one)
  if (one.way === 'mjpeg') {
    const { port, close } = await serveCamera((_request, response) => {
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' })
      response.write(picture)
    })
    return { source: { type: 'mjpeg', url: `http://127.0.0.1:${port}/` }, end: close }
  }
  await mkdir(at)
  await writeFile(join(at, `picture.${one.way}`), picture)
  return { source: { type: 'folder', path: at }, end: nothing }
}

async function read(one: Case, n: number): Promise<Row> {
  const what = nameOf(one)
  const { source, end } = await sourceOf(one, join(folder.path, String(n)))
  try {
    const { frames, troubles } = await takeFrames(source, one.over ? RTSP_FRAMES : 1)
    const frame = frames.at(-1)
    if (!frame)
      return { what, text: '', confidence: 0, overlap: 0, fault: troubles[0]?.message ?? 'no frame' }
    const picture = await frame.open()
    const [found] = await engine.find(picture)
    for (const each of frames) await each.release()
    const { text = '', confidence = 0, box = [0, 0, 0, 0] as Box } = found ?? {}
    const [x, y, w, h] = placeOf(one.size, size)
    const [left, top, wide, high] = reference.box.map(
      (value, i) => value / (i % 2 === 0 ? size.width : size.height),
    ) as Box
    const expected: Box = [x + left * w, y + top * h, wide * w, high * h]
    const seen = box.map((value, i) => value / (i % 2 === 0 ? picture.width : picture.height)) as Box
    const overlap = overlapOf(expected, seen)
    const faults = [
      ...(text === reference.text ? [] : ['text']),
      ...(confidence >= reference.confidence - CONFIDENCE ? [] : ['confidence']),
      ...(overlap >= OVERLAP ? [] : ['place']),
    ]
    return { what, text, confidence, overlap, fault: faults.join(', ') }
  } finally {
    end()
  }
}

/** Intersection over union. */
function overlapOf([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
  const w = Math.min(ax + aw, bx + bw) - Math.max(ax, bx)
  const h = Math.min(ay + ah, by + bh) - Math.max(ay, by)
  const both = Math.max(0, w) * Math.max(0, h)
  return both / (aw * ah + bw * bh - both)
}

const HEAD = '| format | text | confidence | overlap | result |\n|---|---|---|---|---|\n'
const lineOf = ({ what, text, confidence, overlap, fault }: Row) =>
  `| ${what} | ${text} | ${confidence.toFixed(3)} | ${overlap.toFixed(2)} | ${fault || 'same'} |\n`

test.skipIf(!hasRtspServer)(
  `a scene gives the same reads in every format (CAP-3)${hasRtspServer ? '' : ' (skipped: ffmpeg or the RTSP server of GStreamer is not here)'}`,
  async () => {
    const part = process.env.SIGHTLINE_MATRIX_PART
    const table = process.env.SIGHTLINE_MATRIX
    if (table)
      await writeFile(
        table,
        `${HEAD}| as drawn | ${reference.text} | ${reference.confidence.toFixed(3)} | 1.00 | |\n`,
      )
    const rows: Row[] = []
    for (const [n, one] of partOf(cases(isLong), part).entries()) {
      const row = await read(one, n)
      rows.push(row)
      if (table) await appendFile(table, lineOf(row))
    }
    expect(rows.filter(({ fault }) => fault !== '')).toEqual([])
    expect(rows.length).toBeGreaterThanOrEqual(part ? 1 : 20)
  },
  isLong ? 3_600_000 : 300_000,
)
