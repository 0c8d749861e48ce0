import { isLoopback } from '@sightline/runtime/loopback'
import { oneOf, Probability, Token } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const Path = Type.Optional(Type.String({ minLength: 1, maxLength: 4096 }))
const Flag = Type.Optional(Type.Boolean())
const Topic = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,7}$' })

/** Settings of every feed: what it sends, and of which cameras. */
const SHARED = {
  /** Default: all cameras. */
  cameras: Type.Optional(Type.Array(Token, { minItems: 1, maxItems: 64 })),
  plate: oneOf(['as-is', 'hashed', 'none']),
  /** File with the key for the hashes: 16 bytes or more. */
  hashKeyFile: Path,
  picture: Type.Optional(oneOf(['none', 'plate', 'vehicle'])),
  minConfidence: Type.Optional(Probability),
  /** Plates that may pass: each read then contains `allowed`. */
  allow: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 10_000 })),
  /** Sends only the reads of these plates. */
  onlyAllowed: Flag,
  /** A read that could not be sent for this long is dropped; default 60: a gate must not open an hour late. */
  keepSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  /** Allows connections without TLS to other hosts. */
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
      /** PEM file of the authority that signed the broker's certificate. */
      ca: Path,
      topic: Type.Optional(Topic),
      /** Whether the broker keeps the last read of each camera for later subscribers; default false. */
      retain: Flag,
      /** Announces the cameras to Home Assistant. */
      homeAssistant: Flag,
      ...SHARED,
    },
    closed,
  ),
  webhook: Type.Object(
    {
      type: Type.Literal('webhook'),
      url: Type.String({ pattern: '^https?://[^/@?#]+(/[^@]*)?$' }),
      /** File with the signing key: `whsec_` and base64. */
      secretFile: Type.String({ minLength: 1, maxLength: 4096 }),
      ...SHARED,
    },
    closed,
  ),
} as const

export type MqttFeed = Static<typeof FEEDS.mqtt>
export type WebhookFeed = Static<typeof FEEDS.webhook>
export type FeedConfig = MqttFeed | WebhookFeed

/** Faults that the schema of a feed cannot detect. @param cameras ids of the existing cameras */
export function feedFaults(feed: FeedConfig, cameras: readonly string[]): string[] {
  const { plate, hashKeyFile, picture = 'none', allow, onlyAllowed, url, allowPlain = false } = feed
  const unknown = (feed.cameras ?? []).filter((id) => !cameras.includes(id))
  const isPlain = /^(?:mqtt|http):/.test(url) && !isLoopback(URL.canParse(url) ? new URL(url).hostname : '')
  return [
    ...(unknown.length > 0 ? [`there is no camera ${unknown.join(', ')}`] : []),
    ...((plate === 'hashed') !== (hashKeyFile !== undefined) ? ['hashKeyFile belongs to plate: hashed'] : []),
    ...(plate !== 'as-is' && picture !== 'none'
      ? ['a picture always shows the plate, whatever `plate` is set to']
      : []),
    ...(onlyAllowed && !allow ? ['onlyAllowed needs allow'] : []),
    ...(isPlain && !allowPlain ? ['reads would leave this host unencrypted (allowPlain: true)'] : []),
  ]
}
