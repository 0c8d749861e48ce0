import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import sharp, { type Sharp } from 'sharp'
import type { Case, Size } from './cases.ts'

const run = promisify(execFile)

/** Where the scene lies in a picture, by the picture's sides: left, top, width, height. */
export type Place = readonly [number, number, number, number]

/** The scene as a whole in a size, with gray beside it where the shape is another. */
export function placeOf({ width, height, sar }: Size, scene: { width: number; height: number }): Place {
  if (sar !== undefined) return [0, 0, 1, 1]
  const scale = Math.min(width / scene.width, height / scene.height)
  const [w, h] = [Math.round(scene.width * scale), Math.round(scene.height * scale)]
  const [x, y] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)]
  return [x / width, y / height, w / width, h / height]
}

async function fitted(scene: Buffer, { width, height, sar }: Size): Promise<Sharp> {
  const background = { r: 90, g: 90, b: 90 }
  const fit = sar === undefined ? 'contain' : 'fill'
  return sharp(await sharp(scene).resize(width, height, { fit, background }).png().toBuffer())
}

/** By how much a picture is turned, and mirrored, so that its EXIF orientation turns it upright again. */
const STORED: Record<number, (upright: Sharp) => Sharp> = {
  1: (upright) => upright,
  2: (upright) => upright.flop(),
  3: (upright) => upright.rotate(180),
  4: (upright) => upright.flip(),
  5: (upright) => upright.rotate(270).flop(),
  6: (upright) => upright.rotate(270),
  7: (upright) => upright.rotate(90).flop(),
  8: (upright) => upright.rotate(90),
}

/** A JPEG or PNG of the scene. */
export async function encodePicture(
  scene: Buffer,
  { way, size, orientation, encoder = [] }: Case,
): Promise<Buffer> {
  let picture = await fitted(scene, size)
  if (orientation !== undefined) {
    // Mirrored after it was turned: sharp would do it before.
    const turned = STORED[orientation]!(picture)
    picture = sharp(await turned.png().toBuffer()).withMetadata({ orientation })
  }
  const has = (word: string) => encoder.includes(word)
  if (has('gray')) picture = picture.toColourspace('b-w')
  if (has('16')) picture = picture.toColourspace('rgb16')
  if (has('alpha')) picture = picture.ensureAlpha(0.9)
  if (way === 'png') return picture.png({ palette: has('palette'), compressionLevel: 1 }).toBuffer()
  const chromaSubsampling = has('444') ? '4:4:4' : '4:2:0'
  return picture.jpeg({ quality: 92, progressive: has('progressive'), chromaSubsampling }).toBuffer()
}

const CODECS = {
  h264: ['libx264', '-preset', 'ultrafast', '-crf', '16'],
  h265: [
    'libx265',
    '-preset',
    'ultrafast',
    '-crf',
    '16',
    '-x265-params',
    'log-level=none:open-gop=0:bframes=0',
  ],
}

/** A video of the scene, some frames long; some seconds, for one that is played over the network. @param later the scene a field later, for one that is interlaced */
export async function encodeVideo(path: string, scene: Buffer, later: Buffer, one: Case): Promise<void> {
  const { way, over, size, encoder = ['-pix_fmt', 'yuv420p'], filter, rotation, second, isInterlaced } = one
  const [first, next] = await Promise.all(
    [scene, later].map(async (picture) => (await fitted(picture, size)).png().toBuffer()),
  )
  const turn = { 0: [], 90: ['transpose=1'], 180: ['hflip,vflip'], 270: ['transpose=2'] }[rotation ?? 0]
  const sar = size.isSarTold
    ? [`setsar=${rotation === 90 || rotation === 270 ? flipped(size.sar!) : size.sar}`]
    : ['setsar=1']
  const weave = isInterlaced ? ['tinterlace=interleave_top', 'setfield=tff'] : []
  // Who looks at a stream waits for some frames.
  const often = over ? ['fps=25'] : []
  const filters = [...weave, ...(filter ? [filter] : []), ...turn, ...sar, ...often].join(',')
  const codec = [
    ...CODECS[way as keyof typeof CODECS],
    ...encoder,
    // What is looked at first is not played: the next key frame must not be far.
    ...(over ? ['-g', '25'] : []),
    ...(isInterlaced ? ['-flags', '+ildct+ilme', '-x264opts', 'tff=1'] : []),
  ]
  const smallInput = ['-f', 'lavfi', '-i', 'color=gray:size=320x240:rate=5:duration=1']
  const main = ['-map', '[main]']
  const small = ['-map', '1:v']
  const maps =
    second === 'small before' ? [...small, ...main] : second === 'small behind' ? [...main, ...small] : main
  const turned = path.replace('.mp4', '-stored.mp4')
  const frames = isInterlaced
    ? Array.from({ length: over ? 100 : 8 }, (_, n) => (n % 2 === 0 ? first! : next!))
    : Array.from({ length: over ? 50 : 3 }, () => first!)
  const working = run('ffmpeg', [
    ...[
      '-v',
      'error',
      '-y',
      '-f',
      'image2pipe',
      '-framerate',
      isInterlaced ? '10' : '5',
      '-c:v',
      'png',
      '-i',
      'pipe:0',
    ],
    ...(second ? smallInput : []),
    ...['-filter_complex', `[0:v]${filters}[main]`, ...maps, '-c:v', ...codec, rotation ? turned : path],
  ])
  working.child.stdin!.on('error', () => {}).end(Buffer.concat(frames))
  await working
  if (!rotation) return
  const said = ['-metadata:s:v:0', `rotate=${rotation}`]
  await run('ffmpeg', ['-v', 'error', '-y', '-i', turned, '-c', 'copy', ...said, path])
}

const flipped = (sar: string) => sar.split('/').reverse().join('/')
