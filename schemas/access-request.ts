import Type, { type Static } from 'typebox'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { PersonId } from './person.ts'

const Reason = Type.String({ minLength: 20, maxLength: 1000 })
/** Ids of vendors, and `edge` for the agency's own cameras (ACC-6). */
const Sources = Type.Array(Token, { minItems: 1, maxItems: 50, uniqueItems: true })

export const AccessState = oneOf([
  'requested',
  'supervisor-approved',
  'granted',
  'refused',
  'withdrawn',
  'ended',
])
export type AccessState = Static<typeof AccessState>

export const AccessAction = oneOf(['request', 'approve', 'grant', 'refuse', 'withdraw', 'end'])
export type AccessAction = Static<typeof AccessAction>

/**
 * A request for access as an analyst to certain sources, or to review analysts' work on them, with its whole history
 * (ACC-1, ACC-6).
 */
export const AccessRequest = Type.Object(
  {
    id: Token,
    need: Type.String({ minLength: 20, maxLength: 1000, description: 'Why access is needed' }),
    sources: Sources,
    reviewOnly: Type.Optional(
      Type.Literal(true, {
        description:
          'Requested by oversight, to review what analysts do: it opens these sources as long as the person has that role, and does not make the person an analyst (ACC-6)',
      }),
    ),
    state: AccessState,
    steps: Type.Array(
      Type.Object(
        { action: AccessAction, by: PersonId, at: Instant, reason: Type.String({ maxLength: 1000 }) },
        { additionalProperties: false },
      ),
    ),
  },
  { title: 'AccessRequest', additionalProperties: false },
)
export type AccessRequest = Static<typeof AccessRequest>

/**
 * Everything that decides what one person may see, in one entry of the bucket. A step of a request and its effect are
 * one write, so no crash can separate them, and of two simultaneous approvers one gets a conflict.
 */
export const AccessFile = Type.Object(
  {
    v: Type.Literal(1),
    person: PersonId,
    requests: Type.Array(AccessRequest, { description: 'Oldest first' }),
    training: orNull(
      Type.Object(
        { completedAt: Instant, validUntil: Instant, certificate: Type.String(), recordedBy: PersonId },
        { additionalProperties: false, description: 'Last training in security and privacy (ACC-3)' },
      ),
    ),
    certification: orNull(
      Type.Object(
        { at: Instant, by: PersonId, validUntil: Instant },
        { additionalProperties: false, description: 'Last yearly certification of their access (ACC-4)' },
      ),
    ),
  },
  {
    $id: 'https://sightline.invalid/schemas/access-file-1.json',
    title: 'AccessFile',
    additionalProperties: false,
  },
)
export type AccessFile = Static<typeof AccessFile>

export const accessFileParser = createParser('access file', AccessFile)

export const NewAccessRequest = Type.Object(
  { need: Type.String({ minLength: 20, maxLength: 1000 }), sources: Sources },
  { title: 'NewAccessRequest', additionalProperties: false },
)
export type NewAccessRequest = Static<typeof NewAccessRequest>

/** Why a step is taken; every decision about access states it. */
export const AccessDecision = Type.Object({ reason: Reason }, { additionalProperties: false })

export const TrainingRecord = Type.Object(
  {
    completedAt: Instant,
    certificate: Type.String({ minLength: 3, maxLength: 100, description: 'Certificate number' }),
  },
  { title: 'TrainingRecord', additionalProperties: false },
)
