import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { emptyFile } from '@sightline/api/access/requests'
import { sessionKey } from '@sightline/api/sign-on/sessions'
import { ACCESS, PEOPLE, SESSIONS } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealedWriter } from '../../support/sealed.ts'
import { colleague } from '../cases/support.ts'
import { type Rig, refusal, startRig } from '../harness.ts'

const clock = { now: Date.UTC(2026, 10, 24, 9) }
let rig: Rig
beforeAll(async () => {
  rig = await startRig({ clock: () => clock.now })
})
afterAll(() => rig.close())

/** Somebody whose session the api has seen already, and the buckets as another process writes them. */
async function known(id: string) {
  const somebody = await colleague(rig, clock, id)
  const token = `token-of-${id}`
  expect((await somebody.call('/v1/cases')).status).toBe(200)
  const ask = () =>
    fetch(`${rig.api.url}/v1/cases`, { headers: { origin: rig.api.url, cookie: `sightline=${token}` } })
  expect((await ask()).status).toBe(200)
  const open = (bucket: string) => new Kvm(jetstream(rig.admin)).open(bucket)
  return { ...somebody, ask, open, key: sessionKey(token) }
}

describe('a person who was signed on a moment ago is not at the next request,', () => {
  it('when the account was suspended elsewhere', async () => {
    const { ask, leave } = await known('anna')
    await leave()
    expect(await refusal(ask())).toEqual([401, 'SESSION_ENDED'])
  })

  it('when the session was ended elsewhere', async () => {
    const { ask, open, key } = await known('bert')
    await (await open(SESSIONS)).delete(key)
    expect(await refusal(ask())).toEqual([401, 'SESSION_ENDED'])
  })

  it('when the account is gone', async () => {
    const { ask, open, id } = await known('carl')
    await (await open(PEOPLE)).delete(id)
    expect(await refusal(ask())).toEqual([401, 'SESSION_ENDED'])
  })

  it('an analyst, when access was ended elsewhere (ACC-1)', async () => {
    const { ask, id } = await known('dora')
    await sealedWriter(rig.admin, rig.broker.keys)(ACCESS, id, emptyFile(id))
    expect((await refusal(ask()))[0]).toBe(403)
  })

  it('and a session of another person under the same key belongs to that person', async () => {
    const { open, key, ask } = await known('emil')
    const fred = await colleague(rig, clock, 'fred')
    await fred.call('/v1/cases')
    const { value } = (await (await open(SESSIONS)).get(sessionKey('token-of-fred')))!
    const freds = Buffer.from(value).toString().slice(44)
    await sealedWriter(rig.admin, rig.broker.keys)(SESSIONS, key, JSON.parse(freds))
    await (await open(PEOPLE)).delete('fred')
    expect(await refusal(ask())).toEqual([401, 'SESSION_ENDED'])
  })
})
