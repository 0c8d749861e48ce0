/**
 * Pixels in, plates out:
 *
 *     import { createEngine, openPicture } from '@sightline/recognition'
 *     const engine = await createEngine('sightline')
 *     console.log(await engine.find(await openPicture('photo.jpg')))
 */
export {
  createEngine,
  DEFAULT_ENGINE,
  ENGINE_NAMES,
  type Engine,
  type EngineName,
  type EngineOptions,
  type PlateFinding,
} from './engine.ts'
export type { Box, Quad } from './geometry.ts'
export type { Picture } from './picture.ts'
export { drawPlates } from './pictures/draw.ts'
export { decodePicture, openPicture } from './pictures/open.ts'
export { loadVehicleNetwork, type VehicleLook, type VehicleNetwork } from './vehicle/vehicle.ts'
