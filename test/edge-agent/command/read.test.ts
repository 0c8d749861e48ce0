import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from '@sightline/runtime/root'
import { renderFrame } from '@sightline/vendor-sim/render/frame'
import { composeScene, mountOf } from '@sightline/vendor-sim/render/scene'
import { random } from '@sightline/vendor-sim/world/random'
import { createWorld } from '@sightline/vendor-sim/world/world'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blackPng, smallJpeg } from '../../recognition/pictures/files.ts'

const NOBODY = 65_534

let folder: string
let plate: string
const at = (name: string) => join(folder, name)

/** Runs `sightline read` as a process of its own. */
async function read(args: string[], uid?: number) {
  const child = spawn(process.execPath, [join(root, 'cli/dist/main.js'), 'read', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { status, stdout, stderr }
}

const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-read-'))
  await chmod(folder, 0o755)
  const [vehicle] = createWorld({ seed: 7, vehicles: 1, cameras: 4 }).fleet
  const rng = random('read-test')
  plate = vehicle!.plate
  await writeFile(at('car.jpg'), await renderFrame(composeScene([vehicle!], mountOf(rng), rng, 'day'), rng))
  const jpeg = await smallJpeg()
  await writeFile(at('truncated.jpg'), jpeg.subarray(0, jpeg.length / 2))
  await writeFile(at('text.jpg'), 'this is not a picture')
  await writeFile(at('huge.png'), blackPng(20_000, 20_000))
  await mkdir(at('empty'))
  await mkdir(at('locked'), { mode: 0o700 })
})
afterAll(() => rm(folder, { recursive: true }))

describe('sightline read', { timeout: 120_000 }, () => {
  it('uses a site, and refuses an unknown one', async () => {
    const [plain] = lines((await read(['--json', at('car.jpg')])).stdout)
    const [here] = lines((await read(['--json', '--site', 'us-ca', at('car.jpg')])).stdout)
    expect(here.plates[0].withoutSite).toEqual({
      region: plain.plates[0].region,
      confidence: plain.plates[0].regionConfidence,
    })
    const refused = await read(['--json', '--site', 'us-zz', at('car.jpg')])
    expect(refused.status).toBe(64)
    expect(refused.stdout + refused.stderr).toContain('there is no site us-zz')
  })

  it('prints one JSON line for each picture, continues after refused ones, and exits with a status that says so', async () => {
    const { status, stdout } = await read(['--json', folder, at('empty'), at('none.jpg')])
    const [car, ...refused] = lines(stdout)
    expect(Object.keys(car)).toEqual(['image', 'width', 'height', 'ms', 'plates'])
    expect(car).toMatchObject({ image: at('car.jpg'), width: 1280, height: 720 })
    expect(Object.keys(car.plates[0])).toEqual([
      'text',
      'confidence',
      'chars',
      'region',
      'regionConfidence',
      'box',
      'quad',
    ])
    expect(car.plates[0].text).toBe(plate)
    expect(refused.map(({ image, error }) => [image, error.code])).toEqual([
      [at('huge.png'), 'PICTURE_TOO_LARGE'],
      [at('text.jpg'), 'PICTURE_CORRUPT'],
      [at('truncated.jpg'), 'PICTURE_CORRUPT'],
      [at('empty'), 'NO_PICTURES'],
      [at('none.jpg'), 'PICTURE_NOT_FOUND'],
    ])
    for (const { error } of refused) expect(Object.keys(error)).toEqual(['code', 'message', 'hint'])
    expect(status).toBe(65)
  })

  it('exits with 0 when all were read, and prints a sentence for each picture without --json', async () => {
    const { status, stdout } = await read([at('car.jpg')])
    expect(stdout).toContain(`${at('car.jpg')}: ${plate}`)
    expect(status).toBe(0)
  })

  it('exits with the errors’ status when they agree', async () => {
    const { status, stderr } = await read([at('empty')])
    expect(stderr).toContain('(NO_PICTURES)')
    expect(status).toBe(66)
  })

  it('refuses an unknown engine', async () => {
    expect((await read(['--engine', 'eyes', at('car.jpg')])).status).toBe(64)
  })

  const canDrop = process.getuid?.() === 0
  it.skipIf(!canDrop)(
    `says when a folder is not readable${canDrop ? '' : ' (skipped: only root can become somebody else)'}`,
    async () => {
      const { status, stdout } = await read(['--json', at('locked')], NOBODY)
      expect(lines(stdout)).toMatchObject([{ image: at('locked'), error: { code: 'PICTURE_NOT_READABLE' } }])
      expect(status).toBe(77)
    },
  )

  it('says what the vehicle around a plate looks like, if that is asked for', async () => {
    const [plain] = lines((await read(['--json', at('car.jpg')])).stdout)
    expect(plain.plates[0]).not.toHaveProperty('vehicle')
    const [seen] = lines((await read(['--json', '--vehicle', at('car.jpg')])).stdout)
    const { vehicle, ...rest } = seen.plates[0]
    expect(rest).toEqual(plain.plates[0])
    expect(Object.keys(vehicle)).toEqual(['color', 'kind', 'view'])
    expect((await read(['--vehicle', at('car.jpg')])).stdout).toMatch(/%\), .*(car|pickup|van|vehicle)/)
  })

  it('writes copies with the plates drawn, each with its own name, overwrites none, and says when it cannot', async () => {
    const [one, other, out] = [at('one'), at('other'), at('drawn')]
    for (const name of [one, other]) {
      await mkdir(name)
      await copyFile(at('car.jpg'), join(name, 'car.jpg'))
    }
    await copyFile(at('car.jpg'), join(other, 'car-2.jpg'))
    const { status } = await read(['--draw', join(out, 'new'), one, other])
    expect(status).toBe(0)
    const files = await readdir(join(out, 'new'))
    expect(files.sort()).toEqual(['car-2.plates.jpg', 'car-3.plates.jpg', 'car.plates.jpg'])
    const drawn = await readFile(join(out, 'new', 'car.plates.jpg'))
    expect(drawn.equals(await readFile(at('car.jpg')))).toBe(false)
    const refused = await read(['--draw', at('text.jpg'), at('car.jpg')])
    expect(refused).toMatchObject({ status: 74, stdout: '' })
    expect(refused.stderr).toContain(`cannot write ${at('text.jpg')} (EEXIST)`)
  })
})
