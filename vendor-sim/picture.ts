import { SightlineError } from '@sightline/schemas/errors'
import sharp from 'sharp'
import type { History } from './history/store.ts'
import { renderFrame } from './render/frame.ts'
import { composeScene, FRAME_HEIGHT, FRAME_WIDTH, mountOf } from './render/scene.ts'
import { dayOf } from './simulation/reads.ts'
import { type Simulation, VENDOR_ID } from './simulation/simulation.ts'
import { random } from './world/random.ts'
import { vehicleOf } from './world/vehicles.ts'

/** The read whose image is wanted. */
export interface PicturePlace {
  camera: string
  /** Milliseconds since 1970. */
  seenAt: number
  plate: string
}

/**
 * The image of a read, drawn on request: it shows the vehicle that really passed, so a misread is visible, and says
 * that it is simulated. JPEG, 1280 × 720.
 * @throws NOT_FOUND when the vendor's simulation has no such read from a camera in the United States (CAP-5)
 */
export async function readPicture(
  simulation: Simulation,
  history: History,
  place: PicturePlace,
): Promise<Buffer> {
  const { world } = simulation
  const { camera, seenAt, plate } = place
  const registration = [...history.registrations.all()].find(
    (known) => known.camera.id === camera && known.source === VENDOR_ID && known.camera.country === 'US',
  )
  if (!registration) throw new SightlineError('NOT_FOUND', 'the vendor has no image of that read')
  const index = await simulation.seenBy(registration.number, seenAt, plate)
  const player = world.cast.players.find(({ vehicle }) => vehicle.index === index)
  const vehicle = player?.vehicle ?? vehicleOf(world.seed, index, world.roads)
  const rng = random(world.seed, 'picture', camera, seenAt)
  const scene = composeScene([vehicle], mountOf(random(world.seed, 'mount', camera)), rng, lightAt(seenAt))
  return stamp(await renderFrame(scene, rng))
}

/** Whether it is day in the world, by its clock: from six to eight in the evening. */
function lightAt(at: number): 'day' | 'night' {
  const hour = (at - dayOf(at) * 86_400_000) / 3_600_000 - 8
  return hour >= 6 && hour < 20 ? 'day' : 'night'
}

function stamp(frame: Buffer): Promise<Buffer> {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${FRAME_WIDTH}" height="${FRAME_HEIGHT}">
    <rect width="100%" height="46" fill="#000" fill-opacity="0.6"/>
    <text x="50%" y="33" text-anchor="middle" font-family="sans-serif" font-size="28" letter-spacing="6" fill="#fff">SIMULATED</text>
  </svg>`
  return sharp(frame)
    .composite([{ input: Buffer.from(text) }])
    .jpeg({ quality: 85 })
    .toBuffer()
}
