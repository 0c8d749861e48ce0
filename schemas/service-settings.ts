import Type, { type Static } from 'typebox'
import { VendorState } from './federated-search.ts'
import { Instant, oneOf, orNull } from './message.ts'

const Whole = (description: string) => Type.Integer({ minimum: 0, description })

/** How an api was started: what its options say, and what the rules fix. Nothing of it is secret. */
export const ServiceSettings = Type.Object(
  {
    version: Type.String(),
    development: Type.Boolean({ description: 'It takes the development token, to which no rule applies' }),
    publicUrl: orNull(
      Type.String({ description: 'Address in browsers (--public-url); null: this machine alone' }),
    ),
    networks: Type.Array(Type.String(), {
      description: 'From which requests are taken (--networks, ACC-7)',
      examples: [['10.20.0.0/16']],
    }),
    signOn: Type.Object({
      provider: Type.Boolean({ description: "By the agency's OpenID Connect provider, too (--provider)" }),
      idleMinutes: Whole('Without a request for so long a session is over'),
      longestHours: Whole('However much it is used, a session is over'),
    }),
    mail: oneOf(['sent', 'waiting'], { description: 'waiting: no mail server is named (--smtp-url)' }),
    cacheHours: Type.Number({ description: 'How long results of queries wait (--cache-hours, QRY-7)' }),
    secondPerson: Type.Boolean({
      description: 'A search without a plate needs a second person (--second-person, QRY-6)',
    }),
    retentionYears: Type.Object(
      { default: Whole('Without another statement'), longest: Whole('From one statement to the next') },
      { description: 'Cases, what is saved into them, products and lookouts (AUD-6)' },
    ),
    displayYears: Whole('Without validation for so long a display ends by itself (DSP-3)'),
    process: Type.Object(
      { name: Type.String({ description: 'Host and process id' }), startedAt: Instant },
      { description: 'Which process of the api answers: there may be several', additionalProperties: false },
    ),
    noticeDays: Type.Array(Whole('Days before an end at which it is announced by e-mail')),
  },
  { title: 'ServiceSettings', additionalProperties: false },
)
export type ServiceSettings = Static<typeof ServiceSettings>

export const SettingsAnswer = Type.Object(
  {
    ...ServiceSettings.properties,
    vendors: Type.Array(VendorState, {
      description:
        'As `process` found them since it was started: each process asks for itself, and leaves alone by itself',
    }),
  },
  { title: 'SettingsAnswer', additionalProperties: false },
)
