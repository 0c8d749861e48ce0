import Type, { type Static } from 'typebox'
import { Matter } from './matter.ts'
import { createParser, Instant, oneOf, orNull, Token } from './message.ts'
import { colorsOfCase } from './older-names.ts'
import { PlateText } from './plate.ts'
import { Reason, Retention } from './retention.ts'
import { SearchArea, SearchVehicle } from './vendor-search.ts'

export const CaseKind = oneOf(['event', 'project', 'workspace'], {
  description:
    'event: for its owner only; project: for its owner and named colleagues; workspace: for a named group, until an ' +
    'intelligence product is published from it (ACC-8)',
})
export type CaseKind = Static<typeof CaseKind>

/** A subject of a case, and so what searches may be about: a plate, the place of a camera, or a vehicle (QRY-6). */
export const About = Type.Union([
  Type.Object({ plate: PlateText }, { additionalProperties: false }),
  Type.Object({ place: SearchArea }, { additionalProperties: false }),
  Type.Object({ vehicle: SearchVehicle }, { additionalProperties: false }),
])
export type About = Static<typeof About>

export const CaseSubject = Type.Object(
  {
    id: Token,
    about: About,
    reason: Reason,
    ledFrom: orNull(Token),
    addedBy: Token,
    addedAt: Instant,
  },
  { title: 'CaseSubject', additionalProperties: false },
)
export type CaseSubject = Static<typeof CaseSubject>

const Title = Type.String({ minLength: 3, maxLength: 120 })
const Authority = Type.String({
  minLength: 3,
  maxLength: 300,
  description: 'Law or order behind the case',
  examples: ['19 U.S.C. 1595a'],
})

/** A search without a plate that a second person must approve, if the api is configured so (QRY-6). */
export const PlaceSearch = Type.Object(
  {
    id: Token,
    area: SearchArea,
    vehicle: Type.Optional(SearchVehicle),
    from: Instant,
    to: Instant,
    reason: Reason,
    askedBy: Token,
    askedAt: Instant,
    approvedBy: orNull(Token),
    approvedAt: orNull(Instant),
  },
  { title: 'PlaceSearch', additionalProperties: false },
)
export type PlaceSearch = Static<typeof PlaceSearch>

/** Folder of one enforcement or border-security matter (QRY-5, ACC-8). Kept in the bucket `CASES`. */
export const Case = Type.Object(
  {
    v: Type.Literal(1),
    id: Token,
    kind: CaseKind,
    caseRef: Matter.properties.caseRef,
    title: Title,
    authority: Authority,
    purpose: Matter.properties.purpose,
    subjects: Type.Array(CaseSubject, { maxItems: 500, description: 'Subjects that queries may be about' }),
    placeSearches: Type.Array(PlaceSearch, { maxItems: 100 }),
    owner: Token,
    members: Type.Array(Token, { maxItems: 200, uniqueItems: true, description: 'Besides the owner' }),
    state: oneOf(['open', 'closed']),
    createdAt: Instant,
    retention: Retention,
  },
  { $id: 'https://sightline.invalid/schemas/case-1.json', title: 'Case', additionalProperties: false },
)
export type Case = Static<typeof Case>

export const caseParser = createParser('case', Case, colorsOfCase)

const [, PlaceAbout, VehicleAbout] = About.anyOf

/** A subject as a person states it, with the plate as written. */
export const NewSubject = Type.Object(
  {
    about: Type.Union([
      Type.Object({ plate: Type.String({ minLength: 1, maxLength: 30 }) }, { additionalProperties: false }),
      PlaceAbout,
      VehicleAbout,
    ]),
    reason: Reason,
    ledFrom: Type.Optional(
      Type.Intersect([Token], {
        description: 'Id of the subject of this case through which it was found (QRY-6)',
      }),
    ),
  },
  { title: 'NewSubject', additionalProperties: false },
)
export type NewSubject = Static<typeof NewSubject>

/** Input for opening a case. */
export const NewCase = Type.Object(
  {
    kind: CaseKind,
    ...Matter.properties,
    title: Title,
    authority: Authority,
    subjects: Type.Optional(Type.Array(NewSubject, { maxItems: 100 })),
    members: Type.Optional(Type.Array(Token, { maxItems: 200, uniqueItems: true })),
    retainUntil: Type.Optional(Instant),
  },
  { title: 'NewCase', additionalProperties: false },
)
export type NewCase = Static<typeof NewCase>

/** Input for changing the text of a case. */
export const CaseChange = Type.Object(
  {
    title: Type.Optional(Title),
    authority: Type.Optional(Authority),
    purpose: Type.Optional(Matter.properties.purpose),
  },
  { title: 'CaseChange', additionalProperties: false, minProperties: 1 },
)
export type CaseChange = Static<typeof CaseChange>

export const NewPlaceSearch = Type.Object(
  {
    area: SearchArea,
    vehicle: Type.Optional(SearchVehicle),
    from: Instant,
    to: Instant,
    reason: Reason,
  },
  { title: 'NewPlaceSearch', additionalProperties: false },
)
export type NewPlaceSearch = Static<typeof NewPlaceSearch>
