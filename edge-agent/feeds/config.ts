import { isLoopback } from '@sightline/runtime/loopback'
import { oneOf, Probability, Token } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const Path = Type.Optional(Type.String({ minLength: 1, maxLength: 4096 }))
const Flag = Type.Optional(Type.Boolean())
const Topic = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,7}$' })

/** What every feed says of what leaves, and of which cameras. */
const SHARED = {
  /** Default: all cameras. */
  cameras: Type.Optional(Type.Array(Token, { minItems: 1, maxItems: 64 })),
  plate: oneOf(['as-is', 'hashed', 'none']),
  /** File with the key of the hash: 16 bytes or more. */
  hashKeyFile: Path,
  picture: Type.Optional(oneOf(['none', 'plate', 'vehicle'])),
  minConfidence: Type.Optional(Probability),
  /** Plates that may pass: each read then says `allowed`. */
  allow: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 10_000 })),
  /** Sends the reads of these plates alone. */
  onlyAllowed: Flag,
  /** A read that could not be sent for so long is dropped; default 60: a gate must not open an hour late. */
  keepSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  /** Also without TLS to other hosts. */
  allowPlain: Flag,
}

/** Where a host sends the reads of its own cameras, by `type`. */
export const FEEDS = {
  mqtt: Type.Object(
    {
      type: Type.Literal('mqtt'),
      url: Type.String({ pattern: '^mqtts?://[^/@?#]+$' }),
      user: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      passwordFile: Path,
      /** Authority that signed the broker's certificate, PEM. */
      ca: Path,
      topic: Type.Optional(Topic),
      /** Whether the broker keeps the last read of each camera for who comes later; default false. */
      retain: Flag,
      /** Tells Home Assistant of the cameras. */
      homeAssistant: Flag,
      ...SHARED,
    },
    closed,
  ),
  webhook: Type.Object(
    {
      type: Type.Literal('webhook'),
      url: Type.String({ pattern: '^https?://[^/@?#]+(/[^@]*)?$' }),
      /** File with the key of the signatures: `whsec_` and base64. */
      secretFile: Type.String({ minLength: 1, maxLength: 4096 }),
      ...SHARED,
    },
    closed,
  ),
} as const

export type MqttFeed = Static<typeof FEEDS.mqtt>
export type WebhookFeed = Static<typeof FEEDS.webhook>
export type FeedConfig = MqttFeed | WebhookFeed

/** What the schema of a feed cannot tell. @param cameras ids that there are */
export function feedFaults(feed: FeedConfig, cameras: readonly string[]): string[] {
  const { plate, hashKeyFile, picture = 'none', allow, onlyAllowed, url, allowPlain = false } = feed
  const unknown = (feed.cameras ?? []).filter((id) => !cameras.includes(id))
  const isPlain = /^(?:mqtt|http):/.test(url) && !isLoopback(URL.canParse(url) ? new URL(url).hostname : '')
  return [
    ...(unknown.length > 0 ? [`there is no camera ${unknown.join(', ')}`] : []),
    ...((plate === 'hashed') !== (hashKeyFile !== undefined) ? ['hashKeyFile belongs to plate: hashed'] : []),
    ...(plate !== 'as-is' && picture !== 'none' ? ['a picture shows the plate, whatever plate says'] : []),
    ...(onlyAllowed && !allow ? ['onlyAllowed needs allow'] : []),
    ...(isPlain && !allowPlain ? ['reads would leave this host unencrypted (allowPlain: true)'] : []),
  ]
}
