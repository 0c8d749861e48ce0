import { createParser } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import {
  type Adapter,
  confidenceOf,
  invalidMessage,
  type Part,
  plateOf,
  type Reading,
  textOf,
} from '../reading.ts'
import { type When, whenOf } from '../when.ts'
import { regionOf } from './countries.ts'
import { jsonIn } from './json.ts'

const Maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Optional(Type.Union([schema, Type.Null()]))
const Text = Maybe(Type.String())
const Figure = Maybe(Type.Number())

const BoxOf = Type.Object({
  xmin: Type.Number(),
  ymin: Type.Number(),
  xmax: Type.Number(),
  ymax: Type.Number(),
})
const Guess = Type.Object({ score: Figure })
const Result = Type.Object({
  // A plate as text; as an object if several countries are configured.
  plate: Type.Union([
    Type.String(),
    Type.Object({
      props: Type.Object({ plate: Type.Array(Type.Object({ value: Type.String() }), { minItems: 1 }) }),
    }),
    Type.Null(),
  ]),
  score: Figure,
  box: Maybe(BoxOf),
  direction: Figure,
  region: Maybe(Type.Object({ code: Text, score: Figure })),
  model_make: Maybe(Type.Array(Type.Intersect([Guess, Type.Object({ make: Text, model: Text })]))),
  color: Maybe(Type.Array(Type.Intersect([Guess, Type.Object({ color: Text })]))),
})
type Result = Static<typeof Result>

const Message = createParser(
  'webhook of Plate Recognizer',
  Type.Object({
    hook: Type.Object({ event: Text }),
    data: Type.Object({
      timestamp: Text,
      timestamp_local: Text,
      camera_id: Maybe(Type.Union([Type.String(), Type.Number()])),
      results: Type.Array(Result, { maxItems: 64 }),
    }),
  }),
)

/**
 * Plate Recognizer: the webhook of Stream and Snapshot ("Webhooks and Outputs"), as JSON or as a form with `json` and the
 * picture as `upload`.
 */
export const plateRecognizer: Adapter = (parts) => {
  const { data } = Message.parse(jsonIn(parts))
  const upload = parts.find(({ name, type }) => name === 'upload' || type.startsWith('image/'))
  return data.results.flatMap((result) => readingOf(result, whenSeen(data), upload) ?? [])
}

/** `timestamp` is in UTC, with or without saying so. @throws MESSAGE_INVALID */
function whenSeen(data: { timestamp?: string | null; timestamp_local?: string | null }): When {
  const local = whenOf(data.timestamp_local ?? undefined)
  if (local && 'at' in local) return local
  const when = whenOf(data.timestamp ?? undefined)
  if (!when) throw invalidMessage('has no timestamp that is an instant')
  return 'local' in when ? { at: when.local } : when
}

function readingOf(result: Result, seenAt: When, upload: Part | undefined): Reading | undefined {
  const text = typeof result.plate === 'object' ? result.plate?.props.plate[0]?.value : result.plate
  const plate = plateOf(text)
  if (plate === null) return undefined
  const { xmin, ymin, xmax, ymax } = result.box ?? { xmin: 0, ymin: 0, xmax: 0, ymax: 0 }
  const hasBox = xmax > xmin && ymax > ymin
  const [car] = result.model_make ?? []
  return {
    plate,
    seenAt,
    confidence: confidenceOf(result.score, 1),
    region: regionOf(result.region?.code ?? undefined),
    regionConfidence: confidenceOf(result.region?.score, 1)?.value ?? null,
    vehicle: {
      make: textOf(car?.make ?? undefined, 40),
      model: textOf(car?.model ?? undefined, 40),
      color: textOf(result.color?.[0]?.color ?? undefined, 20),
    },
    ...(hasBox && upload && { box: [xmin, ymin, xmax - xmin, ymax - ymin] as const }),
    pictures: upload ? { scene: upload.bytes } : {},
  }
}
