import Type, { type Static } from 'typebox'
import { MAX_RADIUS_M, polygonFault } from './area.ts'
import { Camera } from './camera.ts'
import { SightlineError } from './errors.ts'
import { createParser, Instant, oneOf, orNull, type Parser, Probability, Token } from './message.ts'
import { MAX_PLATE_LENGTH, PlateText, Region } from './plate.ts'
import { Read } from './read.ts'
import { Corner, Latitude, Longitude } from './restrictions.ts'
import { VEHICLE_KINDS } from './vehicle-words.ts'

/** Maximum number of reads in one page of an answer. */
export const MAX_PAGE = 1000

const RadiusM = Type.Number({ minimum: 0, maximum: MAX_RADIUS_M, description: 'meters' })

/** Where the cameras of a search are (QRY-2): near a registered address, in a circle, in a polygon. */
export const SearchArea = Type.Union([
  Type.Object(
    {
      address: Type.String({
        minLength: 3,
        maxLength: 200,
        description: 'Registered address of a camera, or enough of it to identify one street or house',
        examples: ['101 Palm Avenue, San Ysidro, CA'],
      }),
      radiusM: Type.Optional(RadiusM),
    },
    { additionalProperties: false },
  ),
  Type.Object({ lat: Latitude, lon: Longitude, radiusM: RadiusM }, { additionalProperties: false }),
  Type.Object(
    {
      polygon: Type.Array(Corner, {
        minItems: 3,
        maxItems: 200,
        description:
          'Corners in order, the last connected to the first; edges must not cross, and no corner may be farther from the center than the maximum radius',
      }),
    },
    { additionalProperties: false },
  ),
])
export type SearchArea = Static<typeof SearchArea>

/** The look of a vehicle; at least one field is given. */
export const SearchVehicle = Type.Object(
  {
    make: Type.Optional(Type.String({ minLength: 1, maxLength: 40, examples: ['Toyota'] })),
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 40, examples: ['Camry'] })),
    color: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 20,
        description: 'Compared by basic names: gray also finds silver',
        examples: ['silver'],
      }),
    ),
    kind: Type.Optional(
      oneOf(VEHICLE_KINDS, {
        description:
          'Reads that say another kind are left out, reads that say none stay; truck also finds pickups',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type SearchVehicle = Static<typeof SearchVehicle>

/**
 * A question to a vendor's history (QRY-2): by plate, by pattern of a plate, by place of the camera, by vehicle within
 * an area; all given conditions must match. Every search is bounded in time: [from, to), newest first.
 */
export const VendorSearchRequest = Type.Object(
  {
    v: Type.Literal(1),
    plate: Type.Optional(PlateText),
    match: Type.Optional(
      oneOf(['exact', 'ocr'], {
        description:
          'ocr: also plates that a recognizer confuses with this one, one character apart; default exact',
      }),
    ),
    pattern: Type.Optional(
      Type.String({
        pattern: `^[A-Z0-9?*]{2,${MAX_PLATE_LENGTH}}$`,
        description:
          'Plate with ? for one unknown character and * for any number; at least two characters must be known',
        examples: ['7AB*', '7ABC1?3'],
      }),
    ),
    region: Type.Optional(
      Type.Intersect([Region], {
        description:
          'Issuer of the plate: reads recognized as another issuer are left out, reads without one stay',
      }),
    ),
    area: Type.Optional(SearchArea),
    vehicle: Type.Optional(SearchVehicle),
    from: Instant,
    to: Instant,
    limit: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 100 }),
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'nextCursor of the previous page' }),
    ),
  },
  {
    $id: 'https://sightline.invalid/schemas/vendor-search-request-1.json',
    title: 'VendorSearchRequest',
    additionalProperties: false,
  },
)
export type VendorSearchRequest = Static<typeof VendorSearchRequest>

export const VendorSearchAnswer = Type.Object(
  {
    v: Type.Literal(1),
    reads: Type.Array(Read, { maxItems: MAX_PAGE }),
    nextCursor: orNull(Type.String()),
    refreshedAt: orNull(Instant),
  },
  {
    $id: 'https://sightline.invalid/schemas/vendor-search-answer-1.json',
    title: 'VendorSearchAnswer',
    additionalProperties: false,
  },
)
export type VendorSearchAnswer = Static<typeof VendorSearchAnswer>

/** Maximum number of cameras that a vendor lists for one area: far more than a search may cover (QRY-6). */
export const MOST_LISTED = 200

/**
 * Which fixed cameras an area means, asked before it is searched: only the vendor's register shows how wide a search is
 * (QRY-6). For an address, those whose registered address matches its words; a radius does not count.
 */
export const CamerasRequest = Type.Object(
  { v: Type.Literal(1), area: SearchArea },
  {
    $id: 'https://sightline.invalid/schemas/vendor-cameras-request-1.json',
    title: 'VendorCamerasRequest',
    additionalProperties: false,
  },
)
export type CamerasRequest = Static<typeof CamerasRequest>

/** A fixed camera of a vendor's register, in the United States (CAP-5). */
export const ListedCamera = Type.Object(
  {
    camera: Type.String({ minLength: 1, maxLength: 64 }),
    position: orNull(Type.Object({ lat: Latitude, lon: Longitude }, { additionalProperties: false })),
  },
  { title: 'ListedCamera', additionalProperties: false },
)
export type ListedCamera = Static<typeof ListedCamera>

export const CamerasAnswer = Type.Object(
  {
    v: Type.Literal(1),
    cameras: Type.Array(ListedCamera, { maxItems: MOST_LISTED }),
    more: Type.Boolean({ description: 'There are more than listed' }),
  },
  {
    $id: 'https://sightline.invalid/schemas/vendor-cameras-answer-1.json',
    title: 'VendorCamerasAnswer',
    additionalProperties: false,
  },
)
export type CamerasAnswer = Static<typeof CamerasAnswer>

/** Vehicles that travel along with a plate (QRY-10); counted over [from, to). */
export const CompanionsRequest = Type.Object(
  {
    v: Type.Literal(1),
    plate: PlateText,
    from: Instant,
    to: Instant,
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  },
  {
    $id: 'https://sightline.invalid/schemas/vendor-companions-request-1.json',
    title: 'VendorCompanionsRequest',
    additionalProperties: false,
  },
)
export type CompanionsRequest = Static<typeof CompanionsRequest>

/** A plate seen beside the other one, with what chance would have produced. */
export const Companion = Type.Object(
  {
    plate: PlateText,
    days: Type.Integer({
      minimum: 1,
      description: 'Days on which one camera saw both within two minutes',
    }),
    sightings: Type.Integer({ minimum: 1, description: 'How often, all days together' }),
    expectedDays: Type.Number({
      minimum: 0,
      description: 'The same, expected from their habits alone: one of them shifted by whole weeks',
    }),
    chance: Type.Intersect([Probability], {
      description:
        'Probability that so many days happen by chance; the smaller, the more likely they travel together',
    }),
    evidence: Type.Array(
      Type.Object(
        { seenAt: Instant, camera: Type.String(), country: Camera.properties.country },
        { additionalProperties: false },
      ),
      {
        maxItems: 10,
        description: 'The last times: when, by which camera and where the companion was seen',
      },
    ),
  },
  { title: 'Companion', additionalProperties: false },
)
export type Companion = Static<typeof Companion>

export const CompanionsAnswer = Type.Object(
  {
    v: Type.Literal(1),
    companions: Type.Array(Companion, { maxItems: 100, description: 'The least likely by chance first' }),
    refreshedAt: orNull(Instant),
  },
  {
    $id: 'https://sightline.invalid/schemas/vendor-companions-answer-1.json',
    title: 'VendorCompanionsAnswer',
    additionalProperties: false,
  },
)
export type CompanionsAnswer = Static<typeof CompanionsAnswer>

/** The read whose image a vendor is asked for: `GET /v1/picture`. */
export const VendorPictureQuery = Type.Object(
  { camera: Token, seenAt: Instant, plate: PlateText },
  { title: 'VendorPictureQuery', additionalProperties: false },
)
export type VendorPictureQuery = Static<typeof VendorPictureQuery>

/** Header of an image that no camera took. */
export const SIMULATED_HEADER = 'x-sightline-simulated'

const shape = createParser('vendor search request', VendorSearchRequest)

/** Validates a search: its shape, and that its parts make sense together. */
export const vendorSearchRequestParser: Pick<Parser<typeof VendorSearchRequest>, 'schema' | 'parse'> = {
  schema: shape.schema,
  parse: (value) => {
    const request = shape.parse(value)
    const fault = faultOf(request)
    if (fault) throw new SightlineError('MESSAGE_INVALID', `not a valid vendor search request: ${fault}`)
    return request
  },
}
export const vendorSearchAnswerParser = createParser('vendor search answer', VendorSearchAnswer)
export const vendorPictureQueryParser = createParser('picture query', VendorPictureQuery)
export const camerasRequestParser = createParser('vendor cameras request', CamerasRequest)
export const camerasAnswerParser = createParser('vendor cameras answer', CamerasAnswer)
export const companionsRequestParser = createParser('vendor companions request', CompanionsRequest)
export const companionsAnswerParser = createParser('vendor companions answer', CompanionsAnswer)

function faultOf({
  plate,
  match,
  pattern,
  area,
  vehicle,
  from,
  to,
}: VendorSearchRequest): string | undefined {
  if (from >= to) return '/to must come after /from'
  if (plate === undefined && pattern === undefined && area === undefined)
    return vehicle ? '/vehicle needs an /area' : '/plate, /pattern or /area is required'
  if (plate !== undefined && pattern !== undefined) return '/plate and /pattern cannot be combined'
  if (match !== undefined && plate === undefined) return '/match needs a /plate'
  if (pattern !== undefined && pattern.replace(/[?*]/g, '').length < 2)
    return '/pattern must have at least two known characters'
  const fault = area && 'polygon' in area ? polygonFault(area.polygon) : null
  return fault ? `/area/polygon ${POLYGON_FAULTS[fault]}` : undefined
}

const POLYGON_FAULTS = {
  flat: 'must enclose an area',
  crossed: 'must have edges that do not cross: give the corners in order',
  wide: `must not extend farther than ${MAX_RADIUS_M / 1000} km from its center (QRY-6)`,
}
