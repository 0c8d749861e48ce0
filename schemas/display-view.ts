import Type, { type Static } from 'typebox'
import { Display } from './display.ts'
import { orNull } from './message.ts'

/** A display as it is told: what it waits for is for those who work on it (ACC-8, DSP-7). */
export const DisplayView = Type.Object(
  {
    ...Display.properties,
    plate: orNull(Display.properties.plate),
    covered: Type.Optional(
      Type.Literal(true, {
        description:
          'What tells the plate is left out: the display is neither of the caller nor of a case of theirs, or they compare one of its alerts just now',
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
