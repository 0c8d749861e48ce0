import { oneOf } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import { ACCESS, HttpUrl } from '../network/access-config.ts'
import { MAKES, type Make } from './makes/makes.ts'

const closed = { additionalProperties: false } as const
const Path = Type.String({ minLength: 1, maxLength: 4096 })

/** Where a plate reader sends its messages: an address of this host. */
export const Listen = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    certificate: Type.Optional(Path),
    key: Type.Optional(Path),
    /**
     * Allows plain HTTP from other hosts, for plate readers that cannot use TLS: the secret can then be read on the
     * line.
     */
    allowPlain: Type.Optional(Type.Boolean()),
  },
  closed,
)

export type Listen = Static<typeof Listen>

/** Makes that offer a stream of their messages, which the agent can fetch. */
export const STREAMING: ReadonlySet<Make> = new Set<Make>(['hikvision', 'dahua'])

/** A camera that recognizes plates itself: it sends to `listen`, or the agent fetches the stream at `url`. */
export const EventsSource = Type.Object(
  {
    type: Type.Literal('events'),
    make: oneOf(Object.keys(MAKES) as [Make, ...Make[]]),
    listen: Type.Optional(Listen),
    url: Type.Optional(HttpUrl),
    ...ACCESS,
    /** The secret that the plate reader must send; or the file that contains it. */
    secret: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{16,128}$' })),
    secretFile: Type.Optional(Path),
    /** Time zone of the plate reader's clock, if its messages do not say; default: this host's. */
    zone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** Whether Sightline reads the picture too, and reports a different result. */
    readAgain: Type.Optional(Type.Boolean()),
    /** Seconds without a message after which it is silent; default 21,600 (six hours). */
    silentAfterSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 604_800 })),
  },
  closed,
)
export type EventsSource = Static<typeof EventsSource>
