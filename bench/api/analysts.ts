import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { emptyFile } from '@sightline/api/access/requests'
import { loadSeal } from '@sightline/api/shared/seal'
import { DEFAULT_CONSENT_FILE, readConsent } from '@sightline/api/sign-on/consent'
import { newSession, newSessionToken, sessionKey } from '@sightline/api/sign-on/sessions'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { Person } from '@sightline/schemas/person'
import { ACCESS, PEOPLE, SESSIONS } from '@sightline/schemas/streams'

const YEAR = 365 * 86_400_000

/**
 * Puts analysts into the buckets as sign-in, consent, training and grants would have left them.
 * @returns the cookie of each one's session
 */
export async function signedOnAnalysts(
  admin: NatsConnection,
  keys: string,
  count: number,
  sources: string[],
): Promise<string[]> {
  const kvm = new Kvm(jetstream(admin))
  const [people, access, sessions] = await Promise.all([
    kvm.open(PEOPLE),
    kvm.open(ACCESS),
    kvm.open(SESSIONS),
  ])
  const seal = await loadSeal(keys, createLog('bench', 'silent'))
  const now = Date.now()
  const [at, validUntil] = [instant(now), instant(now + YEAR)]
  const { version } = await readConsent(DEFAULT_CONSENT_FILE)
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const id = `analyst-${n + 1}`
      const fresh = newPerson({ id, name: id, email: `${id}@agency.example` }, 'bench', now)
      const person: Person = { ...fresh, state: 'active' }
      const file: AccessFile = {
        ...emptyFile(id),
        requests: [{ id: 'r1', need: 'made up for a benchmark', sources, state: 'granted', steps: [] }],
        certification: { at, by: 'bench', validUntil },
        training: { completedAt: at, validUntil, certificate: 'BENCH', recordedBy: 'bench' },
      }
      const token = newSessionToken()
      const session = { ...newSession(person, 'password', now), consent: { version, at } }
      const key = sessionKey(token)
      await people.put(id, seal.close(PEOPLE, id, JSON.stringify(person)))
      await access.put(id, seal.close(ACCESS, id, JSON.stringify(file)))
      await sessions.put(key, seal.close(SESSIONS, key, JSON.stringify(session)))
      return `sightline=${token}`
    }),
  )
}
