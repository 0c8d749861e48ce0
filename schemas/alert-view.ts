import Type, { type Static } from 'typebox'
import { Alert } from './alert.ts'
import { orNull } from './message.ts'

const { display, read } = Alert.properties

/**
 * An alert as the api shows it. Until somebody has judged it, those who may verify it see neither what the display
 * watches nor what the camera read: a verifier enters what the image shows (DSP-7).
 */
export const AlertView = Type.Object(
  {
    ...Alert.properties,
    covered: Type.Optional(
      Type.Literal(true, {
        description:
          'Everything that reveals the plate is left out until the alert is judged: display.plate, read.plate and .chars, and mentions in display.reason and .caseRef',
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
