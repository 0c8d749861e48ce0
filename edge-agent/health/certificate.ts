import { SightlineError } from '@sightline/schemas/errors'

/** Two weeks: enough to get a certificate from an authority that works only through people. */
const WARN_MS = 14 * 24 * 3_600_000

/** Whose certificate it is, and what happens when it has expired. */
const CERTIFICATES = {
  broker: {
    code: 'CERTIFICATE_ENDING',
    hint: 'Reads wait on the disk once it has expired: have it renewed, and its authority too if that one expires.',
  },
  camera: {
    code: 'CAMERA_CERTIFICATE_ENDING',
    hint: 'The camera is not read once it has expired: renew it in the camera, or pin it with `fingerprint`.',
  },
  listener: {
    code: 'LISTENER_CERTIFICATE_ENDING',
    hint: 'Plate readers that check it send nothing once it has expired: renew the file that `listen` names.',
  },
} as const

/** Whether a certificate expires soon. @param endsAt milliseconds since 1970; undefined: there is none */
export function certificateTrouble(
  whose: keyof typeof CERTIFICATES,
  endsAt: number | undefined,
  now: number,
): SightlineError | null {
  if (endsAt === undefined || !(endsAt - now <= WARN_MS)) return null
  const date = new Date(endsAt).toISOString().slice(0, 10)
  const what = endsAt > now ? `ends on ${date}` : `has ended on ${date}`
  const { code, hint } = CERTIFICATES[whose]
  return new SightlineError(code, `the certificate of the ${whose} ${what}`, { hint })
}
