import { ask, type Link } from '../../broker/link.ts'
import { SightlineError } from '../../schemas/errors.ts'
import { PICTURES } from '../../schemas/streams.ts'
import { isPictureName, pictureSubject } from '../../schemas/subjects.ts'

export interface PictureStore {
  /** A read's picture (CAP-4), as JPEG; of a name that a read made up there is none. @throws NOT_FOUND, BROKER_UNREACHABLE, BROKER_FAILED */
  get(name: string): Promise<Uint8Array>
}

export function openPictures(link: Link): PictureStore {
  return {
    get: async (name) => {
      const message =
        isPictureName(name) &&
        (await ask(link, 'read the picture', () =>
          link.manager.direct.getMessage(PICTURES, { last_by_subj: pictureSubject(name) }),
        ))
      if (message) return message.data
      throw new SightlineError('NOT_FOUND', 'there is no picture of this name (any more)', {
        hint: "Names are in a read's `pictures`; pictures are kept for 30 days.",
      })
    },
  }
}
