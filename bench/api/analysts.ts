import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { emptyFile } from '../../api/access/requests.ts'
import { DEFAULT_CONSENT_FILE, readConsent } from '../../api/people/consent.ts'
import { newSession, newSessionToken, sessionKey } from '../../api/people/sessions.ts'
import { newPerson } from '../../api/people/set-up.ts'
import { loadSeal } from '../../api/stores/seal.ts'
import { instant } from '../../runtime/clock.ts'
import { createLog } from '../../runtime/log.ts'
import type { AccessFile } from '../../schemas/access-request.ts'
import type { Person } from '../../schemas/person.ts'
import { ACCESS, PEOPLE, SESSIONS } from '../../schemas/streams.ts'

const YEAR = 365 * 86_400_000

/**
 * Puts analysts into the buckets as sign-on, consent, training and grants would have left them.
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
