import { createParser } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import { type Adapter, confidenceOf, invalidMessage, plateOf, type Reading, textOf } from '../reading.ts'
import { epochOf } from '../when.ts'
import { regionOf } from './countries.ts'
import { imageOf, jsonIn } from './json.ts'

const Maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Optional(Type.Union([schema, Type.Null()]))
const Text = Maybe(Type.String())
const Figure = Maybe(Type.Number())
const Guesses = Maybe(Type.Array(Type.Object({ name: Type.String() }), { maxItems: 100 }))

const Plate = Type.Object({
  plate: Text,
  confidence: Figure,
  region: Text,
  region_confidence: Figure,
  plate_crop_jpeg: Text,
})
type Plate = Static<typeof Plate>

const Group = Type.Object({
  epoch_start: Figure,
  epoch_end: Figure,
  frame_start: Figure,
  frame_end: Figure,
  best_plate_number: Text,
  best_confidence: Figure,
  best_region: Text,
  best_region_confidence: Figure,
  best_uuid_epoch_ms: Figure,
  vehicle_crop_jpeg: Text,
  overview_jpeg: Text,
  agent_version: Text,
  is_preview: Maybe(Type.Boolean()),
  country: Text,
  best_plate: Maybe(Plate),
  vehicle: Maybe(Type.Object({ color: Guesses, make: Guesses, make_model: Guesses })),
})
type Group = Static<typeof Group>

const Results = Type.Object({
  epoch_time: Figure,
  agent_version: Text,
  results: Type.Array(Plate, { maxItems: 64 }),
})

const Kind = createParser('message of an OpenALPR agent', Type.Object({ data_type: Type.String() }))
const GroupMessage = createParser('alpr_group', Group)
const AlertMessage = createParser('alpr_alert', Type.Object({ group: Maybe(Group) }))
const ResultsMessage = createParser('alpr_results', Results)

/**
 * OpenALPR and Rekor Scout: `alpr_group`, one message per vehicle, and `alpr_results`, one per frame (Rekor Scout,
 * "JSON Group Results", "JSON Plate Results"). A preview of a group is followed by the group. `heartbeat` has no
 * vehicle.
 */
export const openalpr: Adapter = (parts) => {
  const json = jsonIn(parts)
  switch (Kind.parse(json).data_type) {
    case 'alpr_group':
      return groupReading(GroupMessage.parse(json))
    case 'alpr_alert':
      return groupReading(AlertMessage.parse(json).group ?? {}).map((one) => ({ ...one, isAlert: true }))
    case 'alpr_results':
      return frameReadings(ResultsMessage.parse(json))
    case 'heartbeat':
      return []
    default:
      throw invalidMessage('has a data_type that is not known')
  }
}

function groupReading(group: Group): Reading[] {
  if (group.is_preview) return []
  const plate = plateOf(group.best_plate_number ?? group.best_plate?.plate ?? undefined)
  if (plate === null) return []
  const first = epochOf(group.epoch_start ?? undefined)
  const last = epochOf(group.epoch_end ?? undefined)
  const best = epochOf(group.best_uuid_epoch_ms ?? undefined) ?? first
  if (best === undefined) throw invalidMessage('has no epoch_start that is an instant')
  const common = plateFacts(group.best_plate ?? {})
  const frames = Math.round((group.frame_end ?? 0) - (group.frame_start ?? 0)) + 1
  const crop = imageOf(group.vehicle_crop_jpeg)
  const scene = imageOf(group.overview_jpeg)
  return [
    {
      ...common,
      plate,
      seenAt: { at: best },
      confidence: confidenceOf(group.best_confidence ?? group.best_plate?.confidence, 100),
      region:
        regionOf(group.best_region ?? undefined) ?? common.region ?? regionOf(group.country ?? undefined),
      regionConfidence: hundredths(group.best_region_confidence) ?? common.regionConfidence ?? null,
      vehicle: vehicleOf(group.vehicle),
      ...(first !== undefined &&
        last !== undefined &&
        last >= first && { followed: { first, last, frames: Math.max(1, frames) } }),
      pictures: { ...common.pictures, ...(crop && { vehicle: crop }), ...(scene && { scene }) },
      ...(group.agent_version && { version: group.agent_version.slice(0, 40) }),
    },
  ]
}

function frameReadings({ epoch_time, results, agent_version }: Static<typeof Results>): Reading[] {
  const at = epochOf(epoch_time ?? undefined)
  if (at === undefined) throw invalidMessage('has no epoch_time that is an instant')
  return results.flatMap((result): Reading[] => {
    const plate = plateOf(result.plate ?? undefined)
    if (plate === null) return []
    const facts = plateFacts(result)
    const version = agent_version ? { version: agent_version.slice(0, 40) } : {}
    return [{ ...facts, ...version, plate, seenAt: { at }, isFrame: true }]
  })
}

/** Data about a plate, in a group and in a frame. */
function plateFacts(plate: Plate) {
  const crop = imageOf(plate.plate_crop_jpeg)
  return {
    confidence: confidenceOf(plate.confidence, 100),
    region: regionOf(plate.region ?? undefined),
    regionConfidence: hundredths(plate.region_confidence),
    pictures: crop ? { plate: crop } : {},
  }
}

const hundredths = (value: unknown): number | null => {
  const said = confidenceOf(value, 100)
  return said && said.value / said.best
}

function vehicleOf(vehicle: Group['vehicle']): NonNullable<Reading['vehicle']> {
  const best = (guesses: Static<typeof Guesses> | undefined) => textOf(guesses?.[0]?.name, 40)
  const make = best(vehicle?.make)
  const makeModel = best(vehicle?.make_model)
  // `toyota_camry`: the make comes before the model.
  const model =
    makeModel && make && makeModel.startsWith(`${make}_`) ? makeModel.slice(make.length + 1) : makeModel
  return { make, model, color: best(vehicle?.color)?.slice(0, 20) ?? null }
}
