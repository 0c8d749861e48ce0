import Type, { type Static } from 'typebox'
import { createParser, Instant, Token } from './message.ts'

/**
 * Records that an image was served to a person: a verification relies on it (DSP-7). Bucket `PICTURE_VIEWS`, key =
 * `viewKey()`; the last view of each person and image.
 */
export const PictureView = Type.Object(
  {
    v: Type.Literal(1),
    person: Token,
    picture: Type.String({
      maxLength: 220,
      description: 'Name of an image of the agency, or `read:` and the id of a read whose vendor sent it',
    }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the served bytes' }),
    at: Instant,
  },
  {
    $id: 'https://sightline.invalid/schemas/picture-view-1.json',
    title: 'PictureView',
    additionalProperties: false,
  },
)
export type PictureView = Static<typeof PictureView>

export const pictureViewParser = createParser('view of a picture', PictureView)
