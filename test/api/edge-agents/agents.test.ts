import { jetstream } from '@nats-io/jetstream'
import { createUser } from '@nats-io/nkeys'
import type { Api, ApiOptions } from '@sightline/api/main'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { EdgeAgentView, EnrollAnswer, Enrollment } from '@sightline/schemas/enrollment'
import { AUDIT, EDGE_AGENTS } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectAgent, mayConnect, until } from '../../support/edge-agents.ts'
import { aRead } from '../../support/reads.ts'
import { bodyOf, json, type Rig, refusal, startRig } from '../harness.ts'

describe('edge agents', () => {
  let rig: Rig
  let now = Date.parse('2026-11-24T03:00:00.000Z')
  let api: Api
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.close())

  // Each test has an api of its own: the limit of tries counts for each address, and all come from one.
  const start = async (options: Partial<ApiOptions> = {}) => {
    api = await rig.startApi({ clock: () => now, ...options })
  }
  const call = (path: string, init: RequestInit = {}) =>
    fetch(api.url + path, { ...init, headers: { authorization: `Bearer ${api.token}`, ...init.headers } })
  const invite = (agent: string, more: object = {}) =>
    call('/v1/edge/enrollments', json({ agent, cameras: [`${agent}-1`], ...more }))
  const invited = async (agent: string, more: object = {}) => bodyOf<Enrollment>(invite(agent, more))
  const enroll = (code: string, key = createUser(), at = api.url) =>
    fetch(`${at}/v1/edge/enroll`, json({ code, publicKey: key.getPublicKey() }))
  const list = async () => (await bodyOf<{ agents: EdgeAgentView[] }>(call('/v1/edge/agents'))).agents
  const revoke = (agent: string) => call(`/v1/edge/agents/${agent}/revocation`, { method: 'POST' })
  const wrong = (code: string) => code.slice(0, -1) + (code.endsWith('0') ? '1' : '0')
  const audited = async () => {
    const records: AuditRecord[] = []
    const consumer = await jetstream(rig.admin).consumers.get(AUDIT)
    const { num_pending: count } = await consumer.info()
    if (count === 0) return records
    for await (const message of await consumer.fetch({ max_messages: count, expires: 2000 })) {
      records.push(message.json<AuditRecord>())
      if (records.length === count) break
    }
    return records
  }
  afterEach(async () => {
    // Each that runs looks after everything: a dozen of them are a load.
    await api.close()
    now = Date.parse('2026-11-24T03:00:00.000Z')
  })

  it('are invited, enroll, publish what their own cameras report, and are cut off when revoked', async () => {
    await start({ edgeServers: ['tls://broker.agency.example:4222'] })
    const answer = await invite('harbour', { cameras: ['lot-1', 'lot-2'] })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { code, expiresAt } = await bodyOf<Enrollment>(answer)
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(expiresAt).toBe('2026-11-24T04:00:00.000Z')
    expect(await list()).toMatchObject([{ name: 'harbour', state: 'invited', codeExpiresAt: expiresAt }])

    const key = createUser()
    const enrolled = await enroll(code.toLowerCase().replaceAll('-', ' '), key)
    expect(await bodyOf<EnrollAnswer>(enrolled)).toEqual({
      agent: 'harbour',
      servers: ['tls://broker.agency.example:4222'],
      cameras: ['lot-1', 'lot-2'],
    })
    await until(async () => (await list())[0]?.inForce === true)
    expect(await list()).toMatchObject([
      { state: 'enrolled', cameras: ['lot-1', 'lot-2'], codeExpiresAt: null },
    ])
    const connection = await connectAgent(rig.broker.url, 'harbour', key)
    const publish = (camera: string) =>
      jetstream(connection).publish(readSubject('edge', camera), JSON.stringify(aRead()), { timeout: 700 })
    expect(await publish('lot-2')).toMatchObject({ stream: expect.stringMatching(/^READS_a\d$/) })
    await expect(publish('lot-3')).rejects.toThrow()

    const cut = (async () => {
      for await (const { type } of connection.status()) if (type === 'disconnect') return
    })()
    const begun = performance.now()
    expect(await bodyOf<EdgeAgentView>(revoke('harbour'))).toMatchObject({ state: 'revoked', inForce: true })
    await cut
    // A connection that nobody cuts stays.
    expect(performance.now() - begun).toBeLessThan(30_000)
    expect(await mayConnect(rig.broker.url, 'harbour', key)).toBe(false)
    expect(await refusal(enroll(code, key))).toEqual([410, 'CODE_SPENT'])
    expect(await bodyOf<EdgeAgentView>(revoke('harbour'))).toMatchObject({ state: 'revoked', inForce: true })
    await connection.close()
  })

  it('need a person who is signed on; a host needs only its code', async () => {
    await start()
    for (const path of ['/v1/edge/enrollments', '/v1/edge/agents/harbour/revocation']) {
      expect(await refusal(fetch(api.url + path, { method: 'POST' }))).toEqual([401, 'NOT_SIGNED_ON'])
    }
    expect(await refusal(fetch(`${api.url}/v1/edge/agents`))).toEqual([401, 'NOT_SIGNED_ON'])
    expect(await refusal(revoke('nobody'))).toEqual([404, 'NOT_FOUND'])
  })

  it('enroll once with a code: a repeat with the same key is answered, another key is refused', async () => {
    await start()
    const { code } = await invited('once')
    const key = createUser()
    const first = await bodyOf<EnrollAnswer>(enroll(code, key))
    // As after an answer that was lost with the api that gave it.
    const again = await rig.startApi()
    expect(await bodyOf<EnrollAnswer>(enroll(code, key, again.url))).toEqual(first)
    expect(await refusal(enroll(code))).toEqual([410, 'CODE_SPENT'])
  })

  it('do not enroll with an expired code', async () => {
    await start()
    const { code } = await invited('late', { validMinutes: 5 })
    now += 5 * 60_000
    expect(await refusal(enroll(code))).toEqual([410, 'CODE_EXPIRED'])
    expect((await list()).find(({ name }) => name === 'late')).toMatchObject({ codeExpiresAt: null })
  })

  it('have five tries: then even the right code is void', async () => {
    await start()
    const { code } = await invited('guessed')
    for (let n = 0; n < 5; n++) expect(await refusal(enroll(wrong(code)))).toEqual([403, 'CODE_WRONG'])
    expect(await refusal(enroll(code))).toEqual([410, 'CODE_SPENT'])
    const { code: fresh } = await invited('guessed')
    expect((await enroll(fresh)).status).toBe(200)
  })

  it('have no more tries by trying at the same time', async () => {
    await start()
    const { code } = await invited('raced')
    const answers = await Promise.all(Array.from({ length: 9 }, () => refusal(enroll(wrong(code)))))
    for (const [, given] of answers) expect(['CODE_WRONG', 'CONFLICT', 'CODE_SPENT']).toContain(given)
    const counted = answers.filter(([, given]) => given === 'CODE_WRONG').length
    const { invitation } = (await stored('raced'))!
    expect(invitation!.wrongTries).toBe(Math.min(counted, 5))
  })

  it('have each camera once, however many apis invite at the same moment', async () => {
    await start()
    const clock = () => now
    const others = [await rig.startApi({ clock }), await rig.startApi({ clock })]
    const at = ({ url, token }: Api, agent: string, cameras: string[]) => {
      const headers = { authorization: `Bearer ${token}` }
      return fetch(`${url}/v1/edge/enrollments`, json({ agent, cameras }, headers))
    }
    for (let round = 0; round < 10; round++) {
      const claim = (one: Api, n: number) =>
        at(one, `claim-${round}-${n}`, [`shared-${round}`, `own-${round}-${n}`])
      const answers = await Promise.all([api, ...others].map(claim))
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
      for (const answer of answers.filter(({ status }) => status === 409))
        expect(await bodyOf(answer)).toMatchObject({
          detail: expect.stringContaining(`shared-${round} belongs to`),
        })
    }
    // What is nobody else's is given to everybody who asks, at the same moment too.
    const free = (one: Api, n: number) => at(one, `free-${n}`, [`free-${n}`])
    const answers = await Promise.all([api, ...others, api, ...others, api].map(free))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
  })

  it('have a key of their own, however many enroll with it at the same moment', async () => {
    await start()
    const [a, b] = [await invited('twin-a'), await invited('twin-b')]
    // Begun after the invitations, so that it knows both.
    const other = await rig.startApi({ clock: () => now })
    const key = createUser()
    const answers = await Promise.all([enroll(a.code, key), enroll(b.code, key, other.url)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it('are limited to ten tries a minute for each address', async () => {
    await start()
    for (let n = 0; n < 10; n++)
      expect(await refusal(enroll('0000-0000-0000-0000'))).toEqual([403, 'CODE_WRONG'])
    expect(await refusal(enroll('0000-0000-0000-0000'))).toEqual([429, 'TOO_MANY_REQUESTS'])
    expect((await call('/v1/edge/agents')).status).toBe(200)
  })

  it('are refused a name or camera that is taken, and an invalid key', async () => {
    await start()
    const { code } = await invited('taken', { cameras: ['gate-9'] })
    expect(await refusal(invite('other', { cameras: ['gate-9'] }))).toEqual([409, 'CONFLICT'])
    const key = createUser()
    expect((await enroll(code, key)).status).toBe(200)
    expect(await refusal(invite('taken'))).toEqual([409, 'CONFLICT'])
    expect(await refusal(invite('matcher'))).toEqual([422, 'RULE_BROKEN'])
    for (const more of [
      { cameras: [] },
      { cameras: ['a.b'] },
      { cameras: ['*'] },
      { validMinutes: 0 },
      { color: 1 },
    ]) {
      expect(await refusal(invite('bad', more))).toEqual([400, 'MESSAGE_INVALID'])
    }
    expect(await refusal(invite('Bad.Name'))).toEqual([400, 'MESSAGE_INVALID'])

    const { code: second } = await invited('second')
    expect(await refusal(enroll(second, key))).toEqual([409, 'CONFLICT'])
    const publicKey = createUser().getPublicKey()
    const broken = publicKey.slice(0, -1) + (publicKey.endsWith('A') ? 'B' : 'A')
    for (const no of [broken, 'UABC', 42]) {
      const answer = fetch(`${api.url}/v1/edge/enroll`, json({ code: second, publicKey: no }))
      expect(await refusal(answer)).toEqual([400, 'MESSAGE_INVALID'])
    }
    expect((await enroll(second)).status).toBe(200)
  })

  it('are replaced when another host enrolls in their place, whose key then counts', async () => {
    await start()
    const old = createUser()
    await enroll((await invited('moved')).code, old)
    await until(() => mayConnect(rig.broker.url, 'moved', old))
    const { code } = await invited('moved', { replace: true })
    expect(await mayConnect(rig.broker.url, 'moved', old)).toBe(true)
    const fresh = createUser()
    expect((await enroll(code, fresh)).status).toBe(200)
    await until(async () => !(await mayConnect(rig.broker.url, 'moved', old)))
    expect(await mayConnect(rig.broker.url, 'moved', fresh)).toBe(true)
  })

  it('that were revoked before they enrolled cannot enroll', async () => {
    await start()
    const { code } = await invited('canceled')
    expect(await bodyOf<EdgeAgentView>(revoke('canceled'))).toMatchObject({ state: 'revoked' })
    expect(await refusal(enroll(code))).toEqual([410, 'CODE_SPENT'])
  })

  it('leave their whole history in the audit log, and their code nowhere', async () => {
    await start()
    const before = (await audited()).length
    const { code } = await invited('told')
    await enroll(wrong(code))
    await enroll(code)
    await revoke('told')
    const records = (await audited()).slice(before)
    expect(
      records.map(({ actor, action, subject, parameters }) => [actor, action, subject, parameters.verdict]),
    ).toEqual([
      ['developer', 'edge.invite', 'told', undefined],
      ['edge_told', 'edge.enrol', 'told', 'wrong'],
      ['edge_told', 'edge.enrol', 'told', 'enrolled'],
      ['developer', 'edge.revoke', 'told', undefined],
    ])
    const kept = JSON.stringify([records, await stored('told')])
    expect(kept).not.toContain(code)
    expect(kept).not.toContain(code.slice(5))
  })

  /** The entry of the bucket. */
  async function stored(name: string) {
    const { Kvm } = await import('@nats-io/kv')
    const entry = await (await new Kvm(jetstream(rig.admin)).open(EDGE_AGENTS)).get(name)
    return entry?.json<{ invitation: { wrongTries: number } | null }>()
  }
})
