import { createParser } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'

const Count = Type.Integer({ minimum: 0 })
const Counts = Type.Record(Type.String({ maxLength: 20 }), Count)

/** How often a fact of vehicles whose fact is known was told as which, and how right its certainty is. */
export const FactConfusion = Type.Object({
  count: Type.Integer({ minimum: 0, description: 'Vehicles, or plates' }),
  truths: Type.Intersect([Counts], { description: 'Of these, how many of each true name' }),
  reads: Type.Record(Type.String({ maxLength: 20 }), Counts, {
    description: 'By the name told: how many of each true one',
  }),
  certainty: Type.Array(
    Type.Object({ mean: Type.Number({ minimum: 0, maximum: 1 }), count: Count, right: Count }),
    { description: 'By the certainty stated, ascending: how many were told, and how many of them right' },
  ),
})
export type FactConfusion = Static<typeof FactConfusion>

/** `confusion-states.json` (`./sightline bench states`) and `confusion-vehicle.json` (training/vehicle/fit.py). */
export const FactConfusionFile = Type.Object(
  {
    source: Type.String({ description: 'The command that measured it' }),
    engine: Type.String(),
    version: Type.Optional(Type.String()),
    facts: Type.Object({
      region: Type.Optional(FactConfusion),
      color: Type.Optional(FactConfusion),
      kind: Type.Optional(FactConfusion),
    }),
  },
  { title: 'FactConfusionFile' },
)
export type FactConfusionFile = Static<typeof FactConfusionFile>

export const factConfusionParser = createParser('table of confused facts', FactConfusionFile)
