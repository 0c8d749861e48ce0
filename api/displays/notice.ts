import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'

/** What everybody who stores a display is told first, and confirms (DSP-2). */
export const DisplayNotice = Type.Object(
  { version: Type.String({ description: '`confirmNotice` of a new display' }), text: Type.String() },
  { title: 'DisplayNotice' },
)
export type DisplayNotice = Static<typeof DisplayNotice>

const text = `A display makes every new read of this plate an alert, with place and time. Before you store one:

- The plate belongs to the matter that you name, and you may say why it is watched.
- Remove it promptly when it is no longer of value: close it as soon as the matter is resolved.
- Re-examine it whenever you are asked to. One that you have not validated within a year ends by itself.
- Oversight reviews all displays each quarter and ends those that are no longer relevant.
- An alert is a lead, not a fact: no action before a person has verified the picture against the text.
`

/** The notice in force. Whoever changes the text has made a new version of it: an older one cannot be confirmed. */
export const DISPLAY_NOTICE: DisplayNotice = {
  version: createHash('sha256').update(text).digest('hex').slice(0, 32),
  text,
}
