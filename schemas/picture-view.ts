import Type, { type Static } from 'typebox'
import { createParser, Instant, Token } from './message.ts'

/**
 * That a picture was served to somebody: what a verification rests on (DSP-7). Bucket `PICTURE_VIEWS`, key = `viewKey()`;
 * the last view of each person and picture.
 */
export const PictureView = Type.Object(
  {
    v: Type.Literal(1),
    person: Token,
    picture: Type.String({
      maxLength: 220,
      description: 'Name of a picture of the agency, or `read:` and the id of a read whose vendor gave it',
    }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the bytes that were served' }),
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
