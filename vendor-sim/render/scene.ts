import type { Random } from '../world/random.ts'
import type { Vehicle } from '../world/vehicles.ts'
import type { Light } from './car-art.ts'

export const FRAME_WIDTH = 1280
export const FRAME_HEIGHT = 720

/** One vehicle in a frame, and the camera's position relative to it. */
export interface SceneVehicle {
  readonly vehicle: Vehicle
  /** Middle of the plate in the frame, pixels. */
  readonly x: number
  readonly y: number
  /** Pixels a millimeter at the plate: 0.6 makes a plate 183 pixels wide. */
  readonly scale: number
  /** How far the camera is to the side and above, and how it is turned, in degrees. */
  readonly yawDeg: number
  readonly pitchDeg: number
  readonly rollDeg: number
}

/** What a camera sees at one instant; a pure description that `renderFrame` draws. */
export interface Scene {
  readonly light: Light
  /** Farthest first. */
  readonly vehicles: readonly SceneVehicle[]
  /** Deviation of the defocus, pixels. */
  readonly blur: number
  /** Way of the vehicle during the exposure, pixels. */
  readonly motion: number
  /** Deviation of the sensor's noise, gray levels. */
  readonly noise: number
  /** Exposure: 1 is right. */
  readonly gain: number
  /** JPEG quality, 1 to 100. */
  readonly quality: number
}

/** How one camera is mounted: the same for all its frames. */
export interface Mount {
  readonly yawDeg: number
  readonly pitchDeg: number
  readonly rollDeg: number
}

export function mountOf(rng: Random): Mount {
  return { yawDeg: rng.between(-28, 28), pitchDeg: rng.between(8, 24), rollDeg: rng.between(-5, 5) }
}

/** Part of the frames taken at night. */
const NIGHT_SHARE = 0.15

/**
 * A scene with the given vehicles, the second one farther away in the next lane.
 * @param vehicles none, one or two
 * @param light default: night at times
 */
export function composeScene(
  vehicles: readonly Vehicle[],
  mount: Mount,
  rng: Random,
  light: Light = rng.chance(NIGHT_SHARE) ? 'night' : 'day',
): Scene {
  // With two lanes in view, the near vehicle keeps to one side.
  const nearX =
    vehicles.length > 1 ? rng.pick([rng.between(300, 400), rng.between(880, 980)]) : rng.between(430, 800)
  const placed = vehicles.map((vehicle, i): SceneVehicle => {
    const near = i === 0
    return {
      vehicle,
      x: near ? nearX : nearX > FRAME_WIDTH / 2 ? rng.between(90, 180) : rng.between(1100, 1190),
      y: near ? rng.between(430, 590) : rng.between(250, 300),
      scale: near ? rng.between(0.42, 0.85) : rng.between(0.22, 0.34),
      yawDeg: mount.yawDeg + rng.normal(0, 2),
      pitchDeg: mount.pitchDeg + rng.normal(0, 1),
      rollDeg: mount.rollDeg + rng.normal(0, 0.5),
    }
  })
  const night = light === 'night'
  return {
    light,
    vehicles: placed.reverse(),
    blur: Math.max(0.3, rng.normal(1, 0.5)),
    motion: rng.between(1, 9),
    noise: night ? rng.between(9, 18) : rng.between(3, 10),
    // At night the plate, lit by the camera itself, is often overexposed.
    gain: night ? rng.between(0.7, 1.6) : rng.between(0.7, 1.2),
    quality: rng.whole(55, 88),
  }
}
