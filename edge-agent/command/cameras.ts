import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { findPictures } from '@sightline/recognition/pictures/find'
import { instant } from '@sightline/runtime/clock'
import { requireProgram } from '@sightline/runtime/program'
import { Camera } from '@sightline/schemas/camera'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser } from '@sightline/schemas/message'
import { loadConfig } from '../config/file.ts'
import type { CameraConfig } from '../config/schema.ts'
import type { CameraToRun } from '../main.ts'
import { secretOf } from '../plate-readers/secret.ts'
import { withoutCredentials } from '../sources/credentials.ts'
import type { FfmpegSource } from '../sources/ffmpeg-arguments.ts'
import { REJECTED } from '../sources/file-frame.ts'
import { folderFrames, presentFrames } from '../sources/folder.ts'
import type { Frame } from '../sources/frame.ts'
import { openSource } from '../sources/open.ts'

/** Options of the command line that describe a single camera. */
export interface SingleCamera {
  frames: string[]
  once?: boolean
  consume?: boolean
  camera: string
  owner: string
  ownerType: string
  address?: string
  country: string
  at?: { lat: number; lon: number }
  site?: string
}

/** Sources that ffmpeg decodes. */
const DECODED: ReadonlySet<CameraConfig['source']['type']> = new Set<FfmpegSource['type']>([
  'rtsp',
  'file',
  'v4l2',
])

const cameraParser = createParser('camera', Camera)

/** The camera described by the command line's options. @throws MESSAGE_INVALID, USAGE */
export function singleCamera(options: SingleCamera): CameraToRun {
  const { frames: paths, once = false, consume = false } = options
  const [folder = ''] = paths
  if (paths.length > 1 && !once) {
    throw new SightlineError('USAGE', 'one folder is watched at a time', {
      hint: 'Give --once to read several paths and end, or describe several cameras in a file (--config).',
    })
  }
  const { camera: id, owner, ownerType, country, address = null, site } = options
  return {
    camera: cameraParser.parse({ id, owner, ownerType, kind: 'fixed', country, address }),
    position: options.at ?? null,
    ...(site !== undefined && { site }),
    source: `folder ${paths.join(' ')}`,
    open: ({ onTrouble }) => ({
      live: false,
      resumes: consume ? 'unreleased' : 'none',
      frames: (signal) =>
        once ? picturesAt(paths, signal, consume) : folderFrames(folder, signal, consume, { onTrouble }),
    }),
    fingerprint: id,
    ...(consume && { rejected: join(folder, REJECTED) }),
  }
}

/**
 * The cameras of a configuration file.
 * @throws CONFIG_INVALID naming the lines; FFMPEG_MISSING, reported once at the start instead of repeatedly by each
 *   camera
 */
export async function configuredCameras(path: string): Promise<CameraToRun[]> {
  const { cameras } = await loadConfig(path)
  if (cameras.some(({ source }) => DECODED.has(source.type))) {
    requireProgram('ffmpeg')
    requireProgram('ffprobe')
  }
  return Promise.all(cameras.map(readConfigured))
}

async function readConfigured(config: CameraConfig): Promise<CameraToRun> {
  const { zones, pictures, keepUnsureMinutes, ...rest } = config
  const { id, owner, ownerType, kind, country = 'US', address = null, position, gps, site, source } = rest
  const described = {
    camera: { id, owner, ownerType, kind, country, address },
    position: position ?? gps ?? null,
    ...(site !== undefined && { site }),
    source: `${source.type} ${await placeOf(source)}`,
    settings: { zones, pictures, keepUnsureMinutes },
    fingerprint: JSON.stringify(rest),
    ...(source.type === 'folder' && { rejected: join(source.path, REJECTED) }),
  }
  if (source.type === 'events') return { ...described, events: source, secret: () => secretOf(source) }
  return { ...described, open: (parts) => openSource(source, parts) }
}

async function placeOf(source: CameraConfig['source']): Promise<string> {
  if (source.type === 'events')
    return source.url === undefined ? source.make : `${source.make} ${placeOfAddress(source.url)}`
  if ('url' in source) return placeOfAddress(source.url)
  if (source.type === 'file') return recordingOf(source.path)
  return 'path' in source ? source.path : source.device
}

/** An address: also the hidden parts, such as the channel in a query, distinguish cameras. */
function placeOfAddress(url: string): string {
  const hidden = createHash('sha256').update(url.replace(/^[^/]*\/\/([^@]*@)?/, ''))
  return `${withoutCredentials(url)} (${hidden.digest('hex').slice(0, 8)})`
}

/** A recording: a different one at the same path must not count as already read. */
async function recordingOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found ? `${path} of ${found.size} bytes, written ${instant(Math.round(found.mtimeMs))}` : path
}

/** The pictures that exist now; ends with the first path without any. */
async function* picturesAt(
  paths: readonly string[],
  signal: AbortSignal,
  consume: boolean,
): AsyncGenerator<Frame> {
  const found = await findPictures(paths)
  const wrong = found.findIndex(({ error }) => error)
  const usable = wrong < 0 ? found : found.slice(0, wrong)
  yield* presentFrames(
    usable.map(({ path }) => path),
    signal,
    consume,
  )
  if (wrong >= 0) throw found[wrong]?.error
}
