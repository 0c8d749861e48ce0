import Type, { type Static } from 'typebox'
import { Instant, oneOf, orNull, Probability, Token } from './message.ts'

/** Results of the review tools about a subject under investigation (QRY-10). */

const Count = Type.Integer({ minimum: 0 })
const Latitude = Type.Number({ minimum: -90, maximum: 90, description: 'degrees, WGS 84' })
const Longitude = Type.Number({ minimum: -180, maximum: 180, description: 'degrees, WGS 84' })
const Coordinate = Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: 'Longitude, latitude' })

const Span = { from: Instant, to: Instant, sightings: Count }

export const TimelineFeature = Type.Object({
  type: Type.Literal('Feature'),
  geometry: Type.Union([
    Type.Object({ type: Type.Literal('Point'), coordinates: Coordinate }),
    Type.Object({ type: Type.Literal('LineString'), coordinates: Type.Array(Coordinate) }),
  ]),
  properties: Type.Union([
    Type.Object({
      trip: Count,
      read: Type.String(),
      seenAt: Instant,
      camera: Token,
      address: orNull(Type.String()),
      confidence: Probability,
      headingDeg: orNull(Type.Number()),
    }),
    Type.Object({ trip: Count, ...Span }),
  ]),
})
export type TimelineFeature = Static<typeof TimelineFeature>

export const Timeline = Type.Object({
  sightings: Count,
  unplaced: Type.Intersect([Count], { description: 'Sightings with an unknown place: not on the map' }),
  first: orNull(Instant),
  last: orNull(Instant),
  trips: Type.Array(
    Type.Object({
      trip: Count,
      ...Span,
      distanceM: Type.Number({ minimum: 0, description: 'From sighting to sighting: the minimum, meters' }),
    }),
  ),
  map: Type.Object(
    { type: Type.Literal('FeatureCollection'), features: Type.Array(TimelineFeature) },
    {
      description:
        'GeoJSON (RFC 7946): a point for each sighting, a line for each trip, which is not the road driven',
    },
  ),
})
export type Timeline = Static<typeof Timeline>

export const VisitedPlace = Type.Object({
  lat: Latitude,
  lon: Longitude,
  address: orNull(Type.String()),
  cameras: Type.Array(Token),
  visits: Count,
  days: Type.Intersect([Count], { description: 'Days on which the vehicle was seen there' }),
  sightings: Count,
  hours: Type.Number({ minimum: 0, description: 'From first to last sighting of each visit, all together' }),
  hoursOfDay: Type.Array(Count, { description: 'Sightings by hour of the day, 0 to 23, local time' }),
  first: Instant,
  last: Instant,
})
export type VisitedPlace = Static<typeof VisitedPlace>

const Evidence = Type.Object({
  read: Type.String(),
  seenAt: Instant,
  camera: Token,
  address: orNull(Type.String()),
  lat: Latitude,
  lon: Longitude,
  confidence: Probability,
})

export const ImpossibleTravel = Type.Object({
  verdict: oneOf(['possible', 'perhaps-misread', 'several-vehicles'], {
    description: 'several-vehicles: a cloned plate; compare the images of the pairs (DSP-7)',
  }),
  impossible: Type.Intersect([Count], { description: 'Pairs of sightings that no single vehicle explains' }),
  days: Count,
  pairs: Type.Array(
    Type.Object({
      sightings: Type.Array(Evidence, { minItems: 2, maxItems: 2 }),
      distanceM: Type.Number({ minimum: 0 }),
      seconds: Type.Number({ minimum: 0 }),
      speedMps: Type.Number({
        minimum: 0,
        description:
          'The lowest speed that explains both, after subtracting tolerances of position and clock; meters per second',
      }),
    }),
    { description: 'The fastest first' },
  ),
  vehicles: Type.Array(
    Type.Object({
      sightings: Count,
      days: Count,
      first: Instant,
      last: Instant,
      center: Type.Object({ lat: Latitude, lon: Longitude }),
    }),
    { description: 'As many vehicles as needed to explain the sightings, the one seen most first' },
  ),
})
export type ImpossibleTravel = Static<typeof ImpossibleTravel>

export const AddressLink = Type.Object({
  visits: Count,
  stays: Type.Intersect([Count], {
    description: 'Visits with two sightings or more within three hours of each',
  }),
  days: Count,
  stayDays: Count,
  rank: orNull(Type.Integer({ minimum: 1, description: 'Among all vehicles seen there; null: never seen' })),
  vehicles: Type.Intersect([Count], { description: 'Plates that were seen there' }),
  asOften: orNull(Type.Intersect([Count], { description: 'Others that stay there as often, or more' })),
  first: orNull(Instant),
  last: orNull(Instant),
})
export type AddressLink = Static<typeof AddressLink>
