import Type, { type Static } from 'typebox'
import { Alert } from './alert.ts'
import { orNull } from './message.ts'

const { display, read } = Alert.properties

/**
 * An alert as it is told. As long as nobody has judged it, those who may verify it are told neither what the display waits
 * for nor what the camera read: who verifies types what the picture shows (DSP-7).
 */
export const AlertView = Type.Object(
  {
    ...Alert.properties,
    covered: Type.Optional(
      Type.Literal(true, {
        description:
          'What tells the plate is left out until somebody has judged the alert: display.plate, read.plate and .chars, and where display.reason and .caseRef name it',
      }),
    ),
    display: Type.Object(
      { ...display.properties, plate: orNull(display.properties.plate) },
      { additionalProperties: false },
    ),
    read: Type.Object(
      { ...read.properties, plate: orNull(read.properties.plate) },
      { additionalProperties: false },
    ),
  },
  {
    $id: 'https://sightline.invalid/schemas/alert-view-1.json',
    title: 'AlertView',
    additionalProperties: false,
  },
)
export type AlertView = Static<typeof AlertView>
