import type { Box } from '@sightline/recognition/geometry'
import type { Picture } from '@sightline/recognition/picture'
import { cropJpeg, plateArea, vehicleArea } from '@sightline/recognition/pictures/crop'
import type { VehicleLook } from '@sightline/recognition/vehicle/vehicle'
import { toSightlineError } from '@sightline/schemas/errors'
import type { Read } from '@sightline/schemas/read'
import type { CameraParts } from '../camera/pipeline.ts'
import type { Health } from '../health/health.ts'
import type { Issuers } from '../site/issuers-of.ts'
import { type FrameView, viewFrame } from '../status/view.ts'
import { vehicleOf } from '../vehicle-of.ts'
import { type Decoded, fits } from './pictures.ts'
import type { Reading } from './reading.ts'
import { sameVehicle, secondRead } from './second-reading.ts'
import type { ReadStore } from './store.ts'

export interface ReadAgainParts {
  readonly health: Pick<Health, 'readsMade'>
  readonly store: ReadStore
  readonly issuers: Pick<Issuers, 'mix'>
  readonly show: (view: FrameView) => void
  readonly lookAt: (scene: Picture, box: Readonly<Box>) => Promise<VehicleLook | null>
  /** Runs a task when no other of this camera runs. */
  readonly inOrder: <T>(task: () => Promise<T>) => Promise<T>
}

/**
 * @returns a function that has Sightline read a plate reader's picture, and stores a second read if Sightline reads
 * something else. It returns at once: the picture waits for its turn among the frames of the other cameras, and is skipped
 * if the host is overloaded.
 */
export function createReadAgain(
  camera: string,
  { engine, frameQueue, minConfidence, log }: CameraParts,
  { health, store, issuers, show, lookAt, inOrder }: ReadAgainParts,
): (first: Read, reading: Reading, decoded: Decoded) => void {
  return (first, { box }, { scene, vehicle }) => {
    const picture = scene ?? vehicle
    if (!picture) return
    const where = picture === scene && box && fits(box, picture) ? box : undefined
    async function work(): Promise<void> {
      const seenAt = Date.parse(first.seenAt)
      const findings = await engine.find(picture!, issuers.mix(seenAt))
      show(viewFrame(picture!, seenAt, findings))
      const found = sameVehicle(findings, first.plate, where)
      const other = secondRead(first, found, engine, minConfidence)
      if (!other || !found) return
      // Without its place nobody could tell the vehicle before.
      const look = first.vehicle?.certainty ? null : await lookAt(picture!, found.box)
      const second: Read = { ...other, vehicle: vehicleOf(other.vehicle, look) }
      await store.commit([second])
      health.readsMade([second])
      await store.keepPicture(second, 'plate', await cropJpeg(picture!, plateArea(found.box, picture!)))
      await store.keepPicture(second, 'vehicle', await cropJpeg(picture!, vehicleArea(found.box, picture!)))
    }
    void frameQueue.offer(camera, () =>
      inOrder(work).catch((thrown) => {
        log.warn({ err: toSightlineError(thrown), camera }, 'a picture was not read again')
      }),
    )
  }
}
