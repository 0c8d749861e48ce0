import Type, { type Static } from 'typebox'
import { Display } from './display.ts'
import { orNull } from './message.ts'

/** A display as the api shows it: only those who work on its plate see it (ACC-8, DSP-7). */
export const DisplayView = Type.Object(
  {
    ...Display.properties,
    plate: orNull(Display.properties.plate),
    covered: Type.Optional(
      Type.Literal(true, {
        description:
          'Everything that reveals the plate is left out: the display belongs neither to the caller nor to a case of theirs, or they are verifying one of its alerts',
      }),
    ),
  },
  {
    $id: 'https://sightline.invalid/schemas/display-view-1.json',
    title: 'DisplayView',
    additionalProperties: false,
  },
)
export type DisplayView = Static<typeof DisplayView>
