import { ask, type Link } from '@sightline/broker/link'
import { SightlineError } from '@sightline/schemas/errors'
import { jpegFault } from '@sightline/schemas/jpeg'
import { PICTURES, pictureStreams } from '@sightline/schemas/streams'
import { agentSubject, isPictureName, pictureSubject } from '@sightline/schemas/subjects'
import { TTL_HEADER } from '../shared/time-to-live.ts'

export interface PictureStore {
  /**
   * A read's image (CAP-4), as JPEG. An invented name has no image, nor does one under which the camera sent something
   * else.
   * @throws NOT_FOUND, BROKER_UNREACHABLE, BROKER_FAILED
   */
  get(name: string): Promise<Uint8Array>
  /**
   * Keeps a picture as long as all others, although its camera's owner set less.
   * @returns whether there is such a picture
   * @throws BROKER_UNREACHABLE, BROKER_FAILED
   */
  keep(name: string): Promise<boolean>
}

/** @param agentStreams number of agent groups: an image is in any one of their streams (schemas/agent-groups.ts) */
export function openPictures(link: Link, agentStreams?: number): PictureStore {
  const subjects = pictureStreams(agentStreams).map((stream, n) => [stream, n] as const)
  const places = (name: string) =>
    subjects.map(([stream, n]) => {
      const subject = pictureSubject(name)
      return [stream, stream === PICTURES ? subject : agentSubject(subject, n)] as const
    })
  const find = (name: string) =>
    ask(link, 'read the picture', async () => {
      const found = await Promise.all(
        places(name).map(([stream, subject]) =>
          link.manager.direct.getMessage(stream, { last_by_subj: subject }),
        ),
      )
      return found.find(Boolean)
    })
  return {
    async keep(name) {
      const message = isPictureName(name) ? await find(name) : undefined
      if (message?.header?.get(TTL_HEADER)) {
        const expect = { lastSubjectSequence: message.seq }
        await ask(link, 'keep the picture', () => link.js.publish(message.subject, message.data, { expect }))
      }
      return message !== undefined && message !== null
    },
    get: async (name) => {
      const message = isPictureName(name) && (await find(name))
      const fault = message ? jpegFault(message.data) : null
      if (message && fault === null) return message.data
      if (fault) {
        throw new SightlineError('NOT_FOUND', `the camera sent something that is not an image: it ${fault}`, {
          hint: 'Tell an administrator: the camera host has a fault, or someone else has its key.',
        })
      }
      throw new SightlineError('NOT_FOUND', 'there is no image with this name, or it is no longer kept', {
        hint: 'A read lists the names in `pictures`. Images are kept for 30 days, or less if the owner of a camera says so.',
      })
    },
  }
}
