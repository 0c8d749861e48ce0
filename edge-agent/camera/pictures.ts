import { cropJpeg, plateArea, vehicleArea } from '@sightline/recognition/pictures/crop'
import type { Logger } from '@sightline/runtime/log'
import type { Frame } from '../sources/frame.ts'
import type { Spool } from '../spool/spool.ts'
import type { OwedPictures } from './memory.ts'

/**
 * Cuts plate and vehicle out of a frame and puts them on their way. A picture that cannot be made or kept is
 * given up: the read is there without it.
 */
export async function keepPictures(
  camera: string,
  { box, plate, vehicle }: OwedPictures,
  frame: Frame,
  spool: Pick<Spool, 'append'>,
  log: Logger,
): Promise<void> {
  try {
    const picture = await frame.open()
    for (const [id, area] of [
      [plate, plateArea(box, picture)],
      [vehicle, vehicleArea(box, picture)],
    ] as const) {
      await spool.append({ camera, id, payload: await cropJpeg(picture, area) })
    }
  } catch (err) {
    log.warn({ err, camera }, 'a read has no pictures')
  }
}
