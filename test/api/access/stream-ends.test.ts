import { emptyFile } from '@sightline/api/access/requests'
import { DEFAULT_CONSENT_FILE, readConsent } from '@sightline/api/sign-on/consent'
import { IDLE_MS, LONGEST_MS, newSession, sessionKey } from '@sightline/api/sign-on/sessions'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import type { AccessFile } from '@sightline/schemas/access-request'
import type { Person } from '@sightline/schemas/person'
import type { Session } from '@sightline/schemas/session'
import { ACCESS, PEOPLE, SESSIONS } from '@sightline/schemas/streams'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sealedBucket } from '../../support/sealed.ts'
import { publishAlerts, type Rig, startRig } from '../harness.ts'

/**
 * Somebody who goes on listening after their access has ended: each stream ends within a second of it, whichever way it
 * ended and whichever api it was ended by, and nothing more comes through.
 */

const DAY = 86_400_000
/** For a busy machine; the rule is a second. A stream that only polled would end 15 s after it was opened, never sooner. */
const SOON_MS = 10_000
const clock = { now: Date.UTC(2026, 10, 24, 9) }

let rig: Rig
let version: string
const buckets: Record<string, Awaited<ReturnType<typeof sealedBucket>>> = {}
beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now, requestsPerPerson: 1e6 })
  version = (await readConsent(DEFAULT_CONSENT_FILE)).version
  for (const name of [PEOPLE, ACCESS, SESSIONS]) {
    buckets[name] = await sealedBucket(rig.admin, rig.broker.keys, name)
  }
})
afterAll(() => rig.close())

let person: Person
let file: AccessFile
let session: Session
let token: string
let count = 0
const store = {
  person: (change: Partial<Person>) => buckets[PEOPLE]!.put(person.id, { ...person, ...change }),
  file: (change: Partial<AccessFile>) => buckets[ACCESS]!.put(person.id, { ...file, ...change }),
  session: (change: Partial<Session>) => buckets[SESSIONS]!.put(sessionKey(token), { ...session, ...change }),
}
const granted = (sources: string[], state: 'granted' | 'ended' = 'granted') => [
  { id: 'r1', need: 'a need that is stated', sources, state, steps: [] },
]

beforeEach(async () => {
  clock.now += 10 * DAY
  const id = `p-${count++}`
  token = `token-of-${id}`
  const validUntil = instant(clock.now + DAY)
  person = {
    ...newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', clock.now),
    ...{ state: 'active', offices: ['system-owner'] },
  }
  file = {
    ...{ ...emptyFile(id), requests: granted(['edge', 'sim']) },
    certification: { at: instant(clock.now), by: 'x1', validUntil },
    training: { completedAt: instant(clock.now), validUntil, certificate: 'C-1', recordedBy: 'x1' },
  }
  session = {
    ...newSession(person, 'password', clock.now),
    consent: { version, at: instant(clock.now) },
  }
  await store.person({})
  await store.file({})
  await store.session({})
})

const STREAMS = ['/v1/alerts/stream', '/v1/cameras/stream'] as const

/** Follows a stream. @returns what came, and when it ended */
async function follow(path: string) {
  const answer = await fetch(`${rig.api.url}${path}`, { headers: { cookie: `sightline=${token}` } })
  expect([path, answer.status]).toEqual([path, 200])
  const followed = { text: '', endedAt: 0 }
  void (async () => {
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      followed.text += value
    }
  })()
    .catch(() => {})
    .finally(() => {
      followed.endedAt = performance.now()
    })
  await expect.poll(() => followed.text).not.toBe('')
  return followed
}
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** Ways in which access ends; `alerts`: of the alerts alone, readers are for system owners without all that. */
const ENDS: Record<string, { end: () => unknown; alerts?: true }> = {
  'the account is suspended': { end: () => store.person({ state: 'suspended' }) },
  'the account is gone': { end: () => buckets[PEOPLE]!.delete(person.id) },
  'all sessions are ended elsewhere': { end: () => store.person({ generation: 1 }) },
  'the session is ended': { end: () => buckets[SESSIONS]!.delete(sessionKey(token)) },
  'the session is signed off': {
    end: () =>
      fetch(`${rig.api.url}/v1/sign-off`, {
        ...{ method: 'POST', body: '{}' },
        headers: { cookie: `sightline=${token}`, origin: rig.api.url, 'content-type': 'application/json' },
      }),
  },
  'consent is withdrawn': { end: () => store.session({ consent: null }) },
  'consent is of another text': {
    end: () => store.session({ consent: { version: '0'.repeat(32), at: instant(clock.now) } }),
  },
  'the access is ended': {
    end: () => store.file({ requests: granted(['edge', 'sim'], 'ended') }),
    alerts: true,
  },
  'a source is taken': { end: () => store.file({ requests: granted(['edge']) }) },
  'a source is added, which it would leave out': {
    end: () => store.file({ requests: granted(['edge', 'sim', 'other']) }),
    alerts: true,
  },
  'the certification is taken': { end: () => store.file({ certification: null }), alerts: true },
  'the certification lapses': {
    end: async () => {
      await store.file({ training: { ...file.training!, validUntil: instant(clock.now + 2 * DAY) } })
      await store.session({ lastSeenAt: instant(clock.now + DAY), createdAt: instant(clock.now + DAY) })
      await pause(200)
      clock.now += DAY
    },
    alerts: true,
  },
  'the training lapses': {
    end: async () => {
      await store.file({
        certification: { ...file.certification!, validUntil: instant(clock.now + 2 * DAY) },
      })
      await store.session({ lastSeenAt: instant(clock.now + DAY), createdAt: instant(clock.now + DAY) })
      await pause(200)
      clock.now += DAY
    },
    alerts: true,
  },
  'the session is not used': {
    end: () => {
      clock.now += IDLE_MS
    },
  },
  'the session is at its longest': {
    end: async () => {
      await store.session({ lastSeenAt: instant(clock.now + LONGEST_MS) })
      await pause(200)
      clock.now += LONGEST_MS
    },
  },
}

describe.each(STREAMS)('%s ends at once', (path) => {
  const ends = Object.entries(ENDS).filter(([, { alerts }]) => !alerts || path === '/v1/alerts/stream')
  it.each(ends)('when %s', async (_, { end }) => {
    const followed = await follow(path)
    await pause(100)
    expect(followed.endedAt).toBe(0)
    const from = performance.now()
    await end()
    await expect.poll(() => followed.endedAt, { timeout: SOON_MS, interval: 20 }).toBeGreaterThan(0)
    expect(followed.endedAt - from).toBeLessThan(SOON_MS)
    const before = followed.text
    await publishAlerts(rig, 1000 + count * 10, 1001 + count * 10)
    await pause(50)
    expect(followed.text).toBe(before)
  })
})

describe('a stream stays open', () => {
  it('while nothing that it depends on changes, however much else does', async () => {
    const followed = await follow('/v1/alerts/stream')
    await store.person({ name: 'Another Name', totp: { secret: 'x', lastStep: 3 } })
    await store.file({ requests: granted(['sim', 'edge']) })
    await store.session({ lastSeenAt: instant(clock.now + 1) })
    await buckets[PEOPLE]!.put('somebody-else', { ...person, id: 'somebody-else', state: 'suspended' })
    await pause(1500)
    expect(followed.endedAt).toBe(0)
  })

  it('unless the office that it was opened for is taken away', async () => {
    await store.file({ requests: [] })
    const followed = await follow('/v1/cameras/stream')
    await store.person({ offices: [] })
    await expect.poll(() => followed.endedAt, { timeout: SOON_MS, interval: 20 }).toBeGreaterThan(0)
  })
})
