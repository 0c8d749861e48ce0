import Type, { type Static } from 'typebox'
import { VendorState } from './federated-search.ts'
import { Instant, oneOf, orNull } from './message.ts'
import { ReadsStatus } from './reads-status.ts'

const Whole = (description: string) => Type.Integer({ minimum: 0, description })

/** How an api was started: its options, and what the rules fix. None of it is secret. */
export const ServiceSettings = Type.Object(
  {
    version: Type.String(),
    development: Type.Boolean({ description: 'It accepts the development token, to which no rule applies' }),
    publicUrl: orNull(
      Type.String({ description: 'URL for browsers (--public-url); null: this machine only' }),
    ),
    networks: Type.Array(Type.String(), {
      description: 'Networks whose requests are accepted (--networks, ACC-7)',
      examples: [['10.20.0.0/16']],
    }),
    signOn: Type.Object({
      provider: Type.Boolean({ description: "Also by the agency's OpenID Connect provider (--provider)" }),
      idleMinutes: Whole('A session without a request for this long is over'),
      longestHours: Whole('A session is over after this time, however much it is used'),
    }),
    mail: oneOf(['sent', 'waiting'], { description: 'waiting: no mail server is configured (--smtp-url)' }),
    cacheHours: Type.Number({ description: 'How long query results are kept (--cache-hours, QRY-7)' }),
    secondPerson: Type.Boolean({
      description: 'A search without a plate needs a second person (--second-person, QRY-6)',
    }),
    retentionYears: Type.Object(
      { default: Whole('Default'), longest: Whole('Maximum from one statement to the next') },
      { description: 'Cases, what is saved into them, products and lookouts (AUD-6)' },
    ),
    displayYears: Whole('A display without validation for this long expires (DSP-3)'),
    process: Type.Object(
      { name: Type.String({ description: 'Host and process id' }), startedAt: Instant },
      { description: 'Which process of the api answers: there may be several', additionalProperties: false },
    ),
    noticeDays: Type.Array(Whole('Days before an end on which an e-mail announces it')),
  },
  { title: 'ServiceSettings', additionalProperties: false },
)
export type ServiceSettings = Static<typeof ServiceSettings>

export const SettingsAnswer = Type.Object(
  {
    ...ServiceSettings.properties,
    vendors: Type.Array(VendorState, {
      description:
        'As `process` found them since its start: each process asks vendors, and stops asking them, on its own',
    }),
    reads: ReadsStatus,
  },
  { title: 'SettingsAnswer', additionalProperties: false },
)
