import { access, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser } from '@sightline/schemas/message'
import {
  BASIC_COLORS,
  type BasicColor,
  VEHICLE_KINDS,
  VEHICLE_VIEWS,
  type VehicleKind,
  type VehicleView,
} from '@sightline/schemas/vehicle-words'
import Type, { type TSchema } from 'typebox'
import type { Box } from '../geometry.ts'
import { InferenceSession, Tensor } from '../onnx.ts'
import type { Picture } from '../picture.ts'
import { showsColor } from './light.ts'
import { vehiclePatch } from './patch.ts'

/** What was recognized of a vehicle, and its probability, 0 to 1. */
export interface Told<Name extends string> {
  readonly name: Name
  readonly probability: number
}

/** How a vehicle looks (CAP-1, QRY-2); null where the network is not sure enough, or the light does not show it. */
export interface VehicleLook {
  /** One of the eleven basic color terms of English (Berlin and Kay, 1969); silver is gray, beige is brown. */
  readonly color: Told<BasicColor> | null
  readonly kind: Told<VehicleKind> | null
  readonly view: Told<VehicleView> | null
}

export interface VehicleNetwork {
  /** Looks at the vehicle around a plate. @param box of the plate, pixels of the picture */
  describe(picture: Picture, box: Box): Promise<VehicleLook>
  close(): Promise<void>
}

const told = <S extends TSchema>(names: S) =>
  Type.Object({ names: Type.Array(names), least: Type.Number({ minimum: 0, maximum: 1 }) })

/** Share of what the network looks at that must be in the picture: less is a plate without its vehicle. */
const LEAST_SEEN = 0.12

/** The network's own description, written by training (training/vehicle/fit.py). */
const VehicleModel = Type.Object({
  input: Type.Object({ width: Type.Number(), height: Type.Number() }),
  outputs: Type.Object({
    color: told(Type.Enum([...BASIC_COLORS])),
    kind: told(Type.Enum([...VEHICLE_KINDS])),
    view: told(Type.Enum([...VEHICLE_VIEWS])),
  }),
})

const MODELS = dirname(createRequire(import.meta.url).resolve('@sightline/models/package.json'))

/**
 * Loads the network that recognizes a vehicle's color, kind and view.
 * @param folder of the models; default: `models/` of the repository
 * @throws ENGINE_UNAVAILABLE
 */
export async function loadVehicleNetwork(folder = MODELS): Promise<VehicleNetwork> {
  const { model, session } = await load(folder)
  const { width, height } = model.input
  return {
    async describe(picture, box) {
      const { patch, seen } = await vehiclePatch(picture, box, width, height)
      const share = ((seen.right - seen.left) * (seen.bottom - seen.top)) / (width * height)
      if (share < LEAST_SEEN) return { color: null, kind: null, view: null }
      const hasColor = showsColor(patch, width, height, seen)
      const image = new Tensor('float32', patch, [1, 3, height, width])
      const { color, kind, view } = await session.run({ image })
      return {
        color: hasColor ? surest(color!, model.outputs.color) : null,
        kind: surest(kind!, model.outputs.kind),
        view: surest(view!, model.outputs.view),
      }
    },
    close: () => session.release(),
  }
}

async function load(folder: string) {
  try {
    const path = join(folder, 'vehicle.onnx')
    await access(path)
    const model = createParser('vehicle.json', VehicleModel).parseJson(
      await readFile(join(folder, 'vehicle.json')),
    )
    const session = await InferenceSession.create(path, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // It runs once per read, so keeping memory for the next run would be useless.
      enableCpuMemArena: false,
      logSeverityLevel: 3,
    })
    return { model, session }
  } catch (cause) {
    throw new SightlineError(
      'ENGINE_UNAVAILABLE',
      `cannot load the vehicle network in ${folder}: ${(cause as Error).message}`,
      {
        cause,
        hint: 'Get it with the repository, or train it (training/README.md).',
      },
    )
  }
}

/** The most probable name, if it is probable enough. An output may have more classes than names, for "unknown". */
function surest<Name extends string>(
  { data }: Tensor,
  { names, least }: { readonly names: readonly Name[]; readonly least: number },
): Told<Name> | null {
  const shares = data as Float32Array
  const best = shares.indexOf(Math.max(...shares))
  const name = names[best]
  if (name === undefined || shares[best]! < least) return null
  return { name, probability: Math.round(shares[best]! * 1000) / 1000 }
}
