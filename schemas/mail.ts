import Type, { type Static } from 'typebox'
import { createParser, Instant, orNull } from './message.ts'

/** An e-mail to a person; it stays in the bucket so that it is sent once, whatever happens meanwhile. */
export const Mail = Type.Object(
  {
    v: Type.Literal(1),
    id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$', description: 'Identifies what it is about' }),
    to: Type.String(),
    subject: Type.String({ maxLength: 200 }),
    text: Type.String({ description: 'Empty once sent: it may contain a one-time link' }),
    createdAt: Instant,
    sentAt: orNull(Instant),
    takenUntil: Type.Optional(
      Type.Intersect([Instant], {
        description: 'Until then only the process that claimed it sends it',
      }),
    ),
  },
  { $id: 'https://sightline.invalid/schemas/mail-1.json', title: 'Mail', additionalProperties: false },
)
export type Mail = Static<typeof Mail>

export const mailParser = createParser('mail', Mail)
