import { oneOf } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import { ACCESS, HttpUrl } from '../network/access-config.ts'
import { MAKES, type Make } from './makes/makes.ts'

const closed = { additionalProperties: false } as const
const Path = Type.String({ minLength: 1, maxLength: 4096 })

/** Where a plate reader sends to: an address of this host. */
export const Listen = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    certificate: Type.Optional(Path),
    key: Type.Optional(Path),
    /** Plain HTTP from other hosts, for readers that cannot do better: the secret can then be read on the line. */
    allowPlain: Type.Optional(Type.Boolean()),
  },
  closed,
)

export type Listen = Static<typeof Listen>

/** Makes that offer a stream of what they read, for whoever fetches it. */
export const STREAMING: ReadonlySet<Make> = new Set<Make>(['hikvision', 'dahua'])

/** A camera that reads by itself: it sends to `listen`, or the agent fetches the stream at `url`. */
export const EventsSource = Type.Object(
  {
    type: Type.Literal('events'),
    make: oneOf(Object.keys(MAKES) as [Make, ...Make[]]),
    listen: Type.Optional(Listen),
    url: Type.Optional(HttpUrl),
    ...ACCESS,
    /** What the reader has to send along; or the file that holds it. */
    secret: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{16,128}$' })),
    secretFile: Type.Optional(Path),
    /** Of the reader's clock where its messages do not say; default: this host's. */
    zone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** Whether Sightline reads the picture too, and says where it reads something else. */
    readAgain: Type.Optional(Type.Boolean()),
    /** Without a message for so long it is silent; default 21,600 (six hours). */
    silentAfterSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 604_800 })),
  },
  closed,
)
export type EventsSource = Static<typeof EventsSource>
