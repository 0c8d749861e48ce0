import { plateArea } from '@sightline/recognition/pictures/crop'
import type { Logger } from '@sightline/runtime/log'
import type { OwedPictures } from '../camera/memory.ts'
import type { CameraSettings } from '../camera/settings.ts'
import type { Frame } from '../sources/frame.ts'
import type { Spool } from '../spool/spool.ts'
import { areaOf, keptJpeg } from './cut.ts'

/**
 * Cuts plate and vehicle out of a frame, as the camera owner's rules allow, and stores them to be sent. A picture that
 * cannot be made or stored is abandoned: the read remains without it.
 */
export async function keepPictures(
  camera: string,
  { box, plate, vehicle }: OwedPictures,
  frame: Frame,
  { pictures = {}, zones = {} }: CameraSettings,
  spool: Pick<Spool, 'append'>,
  log: Logger,
): Promise<void> {
  try {
    const picture = await frame.open()
    for (const [kind, id, area] of [
      ['plate', plate, plateArea(box, picture)],
      ['vehicle', vehicle, areaOf(pictures, box, picture)],
    ] as const) {
      if (id === null) continue
      const payload = await keptJpeg(picture, kind, area, box, pictures, zones)
      await spool.append({ camera, id, payload })
    }
  } catch (err) {
    log.warn({ err, camera }, 'a read has no pictures')
  }
}

/** Which pictures of a read are kept. */
export const keptOf = ({ pictures: { keep = 'both' } = {} }: CameraSettings) => ({
  plate: keep !== 'none',
  vehicle: keep === 'both',
})
