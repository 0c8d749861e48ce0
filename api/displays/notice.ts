import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'

/** The notice that everybody reads and confirms before storing a display (DSP-2). */
export const DisplayNotice = Type.Object(
  { version: Type.String({ description: '`confirmNotice` of a new display' }), text: Type.String() },
  { title: 'DisplayNotice' },
)
export type DisplayNotice = Static<typeof DisplayNotice>

const text = `A watchlist entry turns every new read of this plate into an alert, with place and time. Before you add one:

- The plate belongs to the matter that you name, and you can say why it is watched.
- Close the entry as soon as the matter is resolved.
- Re-examine it whenever you are asked to. An entry not validated within a year expires.
- Oversight reviews all entries each quarter and rejects those that are no longer relevant.
- An alert is a lead, not a fact: do not act before a person has compared the image with the read.
`

/** The current notice. Changing the text creates a new version, and older versions can no longer be confirmed. */
export const DISPLAY_NOTICE: DisplayNotice = {
  version: createHash('sha256').update(text).digest('hex').slice(0, 32),
  text,
}
