import { OwnerType } from '@sightline/schemas/camera'
import { oneOf, Token } from '@sightline/schemas/message'
import { Region } from '@sightline/schemas/plate'
import { SeenText } from '@sightline/schemas/seen-text'
import Type, { type Static } from 'typebox'
import { FEEDS, type FeedConfig } from '../feeds/config.ts'
import { ACCESS, HttpUrl } from '../network/access-config.ts'
import { PictureRules } from '../pictures/rules.ts'
import type { EventsSource } from '../plate-readers/config.ts'
import { GPS, type GpsConfig } from '../position/source.ts'
import { Zones } from '../zones/zones.ts'

/** The file that describes an agent and its cameras. */

const closed = { additionalProperties: false } as const

/** Maximum number of frames per second that are examined. */
const MaxFps = Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 60 }))
/** A stream that sends nothing for this many seconds is reopened; default 15. */
const SilentAfterSeconds = Type.Optional(Type.Number({ minimum: 1, maximum: 3600 }))

/** Where a camera's frames come from, by `type`. */
export const SOURCES = {
  folder: Type.Object(
    {
      type: Type.Literal('folder'),
      path: Type.String({ minLength: 1 }),
      /** A picture that is written in place must be complete and unchanged for this many seconds; default 0.5. */
      settleSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 60 })),
      /** An incomplete picture that did not grow for this many seconds is rejected; default 15. */
      giveUpSeconds: Type.Optional(Type.Number({ minimum: 1, maximum: 86_400 })),
    },
    closed,
  ),
  rtsp: Type.Object(
    {
      type: Type.Literal('rtsp'),
      url: Type.String({ pattern: '^rtsps?://.+' }),
      ...ACCESS,
      transport: Type.Optional(oneOf(['tcp', 'udp'])),
      maxFps: MaxFps,
      silentAfterSeconds: SilentAfterSeconds,
    },
    closed,
  ),
  file: Type.Object(
    { type: Type.Literal('file'), path: Type.String({ minLength: 1 }), maxFps: MaxFps },
    closed,
  ),
  v4l2: Type.Object(
    {
      type: Type.Literal('v4l2'),
      device: Type.String({ pattern: '^/dev/.+' }),
      maxFps: MaxFps,
      silentAfterSeconds: SilentAfterSeconds,
    },
    closed,
  ),
  mjpeg: Type.Object(
    {
      type: Type.Literal('mjpeg'),
      url: HttpUrl,
      ...ACCESS,
      maxFps: MaxFps,
      silentAfterSeconds: SilentAfterSeconds,
    },
    closed,
  ),
  snapshot: Type.Object(
    {
      type: Type.Literal('snapshot'),
      url: HttpUrl,
      ...ACCESS,
      everySeconds: Type.Number({ minimum: 0.05, maximum: 3600 }),
    },
    closed,
  ),
} as const

/** Seconds without a frame after which a stream counts as hung, unless its configuration says otherwise. */
export const SILENT_AFTER_SECONDS = 15

export type SourceType = keyof typeof SOURCES
export type SourceConfig = { [T in SourceType]: Static<(typeof SOURCES)[T]> }[SourceType]

export const CameraConfig = Type.Object(
  {
    id: Token,
    owner: SeenText({ minLength: 1, maxLength: 120 }),
    ownerType: OwnerType,
    kind: oneOf(['fixed', 'mobile']),
    country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    address: Type.Optional(SeenText({ minLength: 1, maxLength: 200 })),
    position: Type.Optional(
      Type.Object(
        {
          lat: Type.Number({ minimum: -90, maximum: 90 }),
          lon: Type.Number({ minimum: -180, maximum: 180 }),
        },
        closed,
      ),
    ),
    /** Issuer of the usual plates there; by default derived from `position` or the GPS. */
    site: Type.Optional(Region),
    /** How long the status page keeps plates with too low a confidence; default 60. */
    keepUnsureMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 1440 })),
    zones: Type.Optional(Zones),
    pictures: Type.Optional(PictureRules),
    // Checked again with the schema of their type, so that an error names the wrong key instead of "none fits".
    gps: Type.Optional(Type.Object({ type: oneOf(Object.keys(GPS)) })),
    source: Type.Object({ type: oneOf([...Object.keys(SOURCES), 'events']) }),
  },
  closed,
)

export const AgentConfig = Type.Object(
  {
    cameras: Type.Array(CameraConfig, { minItems: 1, maxItems: 64 }),
    /** Each is checked again with the schema of its type. */
    feeds: Type.Optional(Type.Array(Type.Object({ type: oneOf(Object.keys(FEEDS)) }), { maxItems: 16 })),
  },
  closed,
)

/** A camera as its agent runs it. */
export type CameraConfig = Omit<Static<typeof CameraConfig>, 'source' | 'gps'> & {
  source: SourceConfig | EventsSource
  gps?: GpsConfig
}
export interface AgentConfig {
  cameras: CameraConfig[]
  /** The host's own use of the reads. */
  feeds?: FeedConfig[]
}
