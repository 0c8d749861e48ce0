import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { frameInstant } from '@sightline/edge-agent/sources/file-frame'
import { BUFFER_FRAMES, frameName, sceneAt, startRenderedCamera } from '@sightline/vendor-sim/camera'
import { createWorld, demoRegulars } from '@sightline/vendor-sim/world/world'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'

const world = createWorld({ seed: 1, vehicles: 300, cameras: 20 })
const START = Date.parse('2026-11-24T03:05:01.123Z')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

function start(path = join(folder.path, 'frames')) {
  let now = START
  const clock = () => (now += 1000)
  return startRenderedCamera({ world, cameraId: 'gate-1', folder: path, intervalMs: 10, clock, log: quiet })
}

describe('sceneAt', () => {
  const plates = (index: number) =>
    sceneAt(world, 'gate-1', index).vehicles.map(({ vehicle }) => vehicle.plate)
  const regulars = demoRegulars(world).map(({ plate }) => plate)

  it('shows strangers first, then a regular in the third frame', () => {
    for (const index of [0, 1]) {
      expect(plates(index)).toHaveLength(1)
      expect(regulars).not.toContain(plates(index)[0])
    }
    expect(plates(2)).toEqual([regulars[0]])
  })

  it('brings every regular back within thirty frames, one every ten', () => {
    const seen = Array.from({ length: 60 }, (_, i) => plates(i).find((plate) => regulars.includes(plate)))
    expect(seen.flatMap((plate, i) => (plate ? [i] : []))).toEqual([2, 12, 22, 32, 42, 52])
    expect(new Set(seen.filter((plate) => plate !== undefined)).size).toBe(3)
  })

  it('has empty roads, two vehicles and nights among its scenes', () => {
    const scenes = Array.from({ length: 100 }, (_, i) => sceneAt(world, 'gate-1', i))
    expect(new Set(scenes.map(({ vehicles }) => vehicles.length))).toEqual(new Set([0, 1, 2]))
    const nights = scenes.filter(({ light }) => light === 'night').length
    expect(nights).toSatisfy((n: number) => n > 3 && n < 35)
  })
})

describe('startRenderedCamera', () => {
  it('writes complete pictures named by their instant, and nothing else', async () => {
    const camera = await start()
    const frames = join(folder.path, 'frames')
    await expect
      .poll(async () => (await readdir(frames)).filter((name) => name.endsWith('.jpg')).length, {
        timeout: 30_000,
      })
      .toBeGreaterThan(1)
    await camera.close()
    const names = await readdir(frames)
    expect(names.every((name) => /^\d{8}T\d{6}\.\d{3}Z\.jpg$/.test(name))).toBe(true)
    const { format, width, height } = await sharp(await readFile(join(frames, names[0]!))).metadata()
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 1280, height: 720 })
  })

  it('accepts nothing while its buffer is full', async () => {
    const frames = join(folder.path, 'frames')
    await mkdir(frames)
    const waiting = Array.from({ length: BUFFER_FRAMES }, (_, i) => frameName(START - i))
    await Promise.all(waiting.map((name) => writeFile(join(frames, name), '')))
    const camera = await start()
    await new Promise((wake) => setTimeout(wake, 300))
    await camera.close()
    expect(await readdir(frames)).toHaveLength(BUFFER_FRAMES)
  })

  it('says that the folder cannot be created', async () => {
    await writeFile(join(folder.path, 'file'), '')
    await expect(start(join(folder.path, 'file', 'frames'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

it('names a frame so that the edge agent knows its instant', () => {
  expect(frameName(START)).toBe('20261124T030501.123Z.jpg')
  expect(frameInstant(`/frames/${frameName(START)}`, 0)).toBe(Date.parse('2026-11-24T03:05:01.123Z'))
})
