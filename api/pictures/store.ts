import { ask, type Link } from '@sightline/broker/link'
import { SightlineError } from '@sightline/schemas/errors'
import { PICTURES, pictureStreams } from '@sightline/schemas/streams'
import { agentSubject, isPictureName, pictureSubject } from '@sightline/schemas/subjects'

export interface PictureStore {
  /** A read's picture (CAP-4), as JPEG; of a name that a read made up there is none. @throws NOT_FOUND, BROKER_UNREACHABLE, BROKER_FAILED */
  get(name: string): Promise<Uint8Array>
}

/** @param agentStreams shares of the edge agents: a picture is in any one of their streams (schemas/shares.ts) */
export function openPictures(link: Link, agentStreams?: number): PictureStore {
  const subjects = pictureStreams(agentStreams).map((stream, n) => [stream, n] as const)
  const places = (name: string) =>
    subjects.map(([stream, n]) => {
      const subject = pictureSubject(name)
      return [stream, stream === PICTURES ? subject : agentSubject(subject, n)] as const
    })
  return {
    get: async (name) => {
      const message =
        isPictureName(name) &&
        (await ask(link, 'read the picture', async () => {
          const found = await Promise.all(
            places(name).map(([stream, subject]) =>
              link.manager.direct.getMessage(stream, { last_by_subj: subject }),
            ),
          )
          return found.find(Boolean)
        }))
      if (message) return message.data
      throw new SightlineError('NOT_FOUND', 'there is no picture of this name (any more)', {
        hint: "Names are in a read's `pictures`; pictures are kept for 30 days.",
      })
    },
  }
}
