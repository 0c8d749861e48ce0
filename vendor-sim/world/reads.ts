import { instant } from '../../runtime/clock.ts'
import type { Camera } from '../../schemas/camera.ts'
import { type Position, type Read, type ReadCharacter, readId } from '../../schemas/read.ts'
import type { PlacedCamera } from './cameras.ts'
import type { Pass } from './passes.ts'
import { type Random, random } from './random.ts'
import type { World } from './world.ts'

/** Name of the simulated vendor: `source` of its reads and its user on the broker. */
export const VENDOR_ID = 'sim'

/** Characters that recognisers mistake for one another. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ '0': 'D8', '1': 'T7', '2': 'Z7', '3': '8B', '4': 'A', '5': 'S6', '6': 'G8', '7': 'T1', '8': 'B3' },
  ...{ '9': 'P8', A: '4R', B: '8R', C: 'G', D: '0', E: 'F', F: 'E', G: '6C', H: 'N', J: '1', K: 'X' },
  ...{
    L: 'C',
    M: 'N',
    N: 'H',
    P: 'R',
    R: 'B',
    S: '5',
    T: '7',
    U: 'V',
    V: 'Y',
    W: 'V',
    X: 'K',
    Y: 'V',
    Z: '2',
  },
}

/** Every fortieth read is wrong in one character, as vendors' reads are. */
const MISREAD = 0.025

/**
 * What the vendor's recogniser made of a pass: always the same for the same pass, so that the same sighting
 * always has the same id and content.
 */
export function readOf(world: World, { vehicle, place, at }: Pass): Read {
  const rng = random(world.seed, 'read', vehicle.index, at)
  const wrongAt = rng.chance(MISREAD) ? rng.whole(0, vehicle.plate.length - 1) : -1
  const chars = Array.from(vehicle.plate, (char, i) => readCharacter(char, i === wrongAt, rng))
  const plate = chars.map(({ char }) => char).join('')
  const seenAt = instant(at)
  return {
    v: 1,
    id: readId(place.id, seenAt, plate),
    plate,
    confidence: round4(chars.reduce((product, { confidence }) => product * confidence, 1)),
    chars,
    region: vehicle.region,
    regionConfidence: round4(rng.between(0.7, 0.999)),
    seenAt,
    camera: cameraOf(place),
    source: VENDOR_ID,
    position: positionOf(place, rng),
    vehicle: vehicle.seen,
    pictures: { plate: null, vehicle: null },
    engine: { name: 'vendor-sim', version: '1' },
  }
}

function readCharacter(truth: string, wrong: boolean, rng: Random): ReadCharacter {
  const other = rng.pick([...(LOOKALIKES[truth] ?? 'H')])
  const confidence = round4(wrong ? rng.between(0.45, 0.75) : 1 - rng.next() ** 3 * 0.1)
  const [char, alternative] = wrong ? [other, truth] : [truth, other]
  const left = round4((1 - confidence) * 0.8)
  return { char, confidence, alternatives: left > 0.001 ? [{ char: alternative, confidence: left }] : [] }
}

/** The camera as a read carries it: without its place in the simulation. */
function cameraOf({ id, owner, ownerType, kind, country, address }: PlacedCamera): Camera {
  return { id, owner, ownerType, kind, country, address }
}

/** Where the camera was; a mobile one within about two kilometres of its base (CAP-2). */
function positionOf(place: PlacedCamera, rng: Random): Position {
  if (place.kind === 'fixed') {
    const { lat, lon, headingDeg } = place
    return { fix: 'surveyed', lat, lon, accuracyM: 3, headingDeg, speedMps: null }
  }
  return {
    fix: 'gps',
    lat: round4(place.lat + rng.between(-0.02, 0.02)),
    lon: round4(place.lon + rng.between(-0.02, 0.02)),
    accuracyM: rng.whole(4, 15),
    headingDeg: rng.whole(0, 359),
    speedMps: rng.whole(0, 25),
  }
}

const round4 = (value: number) => Math.round(value * 1e4) / 1e4
