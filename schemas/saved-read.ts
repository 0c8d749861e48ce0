import Type, { type Static } from 'typebox'
import { VendorIds } from './federated-search.ts'
import { Matter } from './matter.ts'
import { createParser, Instant, Token } from './message.ts'
import { colorOfItsRead } from './older-names.ts'
import { Read } from './read.ts'
import { Reason, Retention } from './retention.ts'

const QueryId = Type.String({ format: 'uuid', description: 'Subject of the audit records of the query' })

/** Origin of a saved read. */
export const Provenance = Type.Object(
  {
    query: QueryId,
    vendors: VendorIds,
    askedAt: Instant,
    ...Matter.properties,
  },
  { additionalProperties: false, description: 'The query that found it, and its purpose' },
)
export type Provenance = Static<typeof Provenance>

/** A single result that a person kept in a case (QRY-8). Kept in the bucket `SAVED`, key `<case>.<read>`. */
export const SavedRead = Type.Object(
  {
    v: Type.Literal(1),
    case: Token,
    read: Read,
    reason: Reason,
    savedBy: Token,
    savedAt: Instant,
    provenance: Provenance,
    retention: Retention,
  },
  {
    $id: 'https://sightline.invalid/schemas/saved-read-1.json',
    title: 'SavedRead',
    additionalProperties: false,
  },
)
export type SavedRead = Static<typeof SavedRead>

export const savedReadParser = createParser('saved read', SavedRead, colorOfItsRead)

/** Input for keeping a result. */
export const NewSavedRead = Type.Object(
  {
    query: QueryId,
    read: Read.properties.id,
    reason: Reason,
    retainUntil: Type.Optional(Instant),
  },
  { title: 'NewSavedRead', additionalProperties: false },
)
export type NewSavedRead = Static<typeof NewSavedRead>
