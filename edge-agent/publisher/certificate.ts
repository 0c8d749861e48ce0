import { SightlineError } from '@sightline/schemas/errors'

/** Two weeks: enough to have a certificate issued by an authority that only people can reach. */
const WARN_MS = 14 * 24 * 3_600_000

/** Whether a certificate ends soon. @param endsAt milliseconds since 1970; undefined: there is none */
export function certificateTrouble(endsAt: number | undefined, now: number): SightlineError | null {
  if (endsAt === undefined || endsAt - now > WARN_MS) return null
  const date = new Date(endsAt).toISOString().slice(0, 10)
  const what = endsAt > now ? `ends on ${date}` : `has ended on ${date}`
  return new SightlineError('CERTIFICATE_ENDING', `the certificate of the broker ${what}`, {
    hint: 'Reads wait on the disk once it has ended: have it renewed, and the authority that issued it if that ends.',
  })
}
