import { loadConfig } from '../../edge-agent/config/file.ts'
import type { CameraConfig } from '../../edge-agent/config/schema.ts'
import { findPictures } from '../../edge-agent/pictures/find.ts'
import { folderFrames, frameAt } from '../../edge-agent/sources/folder.ts'
import type { Frame } from '../../edge-agent/sources/frame.ts'
import { openSource } from '../../edge-agent/sources/open.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/log.ts'
import { Camera } from '../../schemas/camera.ts'
import { SightlineError } from '../../schemas/errors.ts'
import { reader } from '../../schemas/message.ts'
import type { Position } from '../../schemas/read.ts'

/** One camera to be run, however it was described. */
export interface CameraToRun {
  camera: Camera
  position: Position | null
  frames(signal: AbortSignal): AsyncIterable<Frame>
}

/** What the command line says of a single camera. */
export interface SingleCamera {
  frames: string[]
  once?: boolean
  consume?: boolean
  camera: string
  owner: string
  ownerType: string
  address?: string
  country: string
  at?: Position
}

const cameraReader = reader('camera', Camera)

/** A position from the configuration: it does not move. Degrees, WGS 84. */
export const surveyedPosition = (lat: number, lon: number): Position => ({
  fix: 'surveyed',
  lat,
  lon,
  accuracyM: null,
  headingDeg: null,
  speedMps: null,
})

/** The camera of the command line's options. @throws MESSAGE_INVALID, USAGE */
export function singleCamera(options: SingleCamera): CameraToRun {
  const { frames: paths, once = false, consume = false } = options
  const [folder = ''] = paths
  if (paths.length > 1 && !once) {
    throw new SightlineError('USAGE', 'one folder is watched at a time', {
      hint: 'Give --once to read several paths and end, or describe several cameras in a file (--config).',
    })
  }
  const { camera: id, owner, ownerType, country, address = null } = options
  return {
    camera: cameraReader.parse({ id, owner, ownerType, kind: 'fixed', country, address }),
    position: options.at ?? null,
    frames: (signal) => (once ? presentFrames(paths, consume) : folderFrames(folder, signal, consume)),
  }
}

/** The cameras of a configuration file. @throws CONFIG_INVALID naming the lines */
export async function configuredCameras(path: string, log: Logger): Promise<CameraToRun[]> {
  return (await loadConfig(path)).cameras.map((config) => configured(config, log))
}

function configured(config: CameraConfig, log: Logger): CameraToRun {
  const { id, owner, ownerType, kind, country = 'US', address = null, position, source } = config
  const opened = openSource(source, {
    clock: systemClock,
    onTrouble: ({ code, message }) =>
      log.warn({ camera: id, code, reason: message }, 'the camera gives no frames'),
  })
  return {
    camera: { id, owner, ownerType, kind, country, address },
    position: position ? surveyedPosition(position.lat, position.lon) : null,
    frames: (signal) => opened.frames(signal),
  }
}

/** The pictures that are there now, without waiting for more. */
async function* presentFrames(paths: readonly string[], consume: boolean): AsyncGenerator<Frame> {
  for (const { path, error } of await findPictures(paths)) {
    if (error) throw error
    const frame = await frameAt(path, consume)
    if (frame) yield frame
  }
}
