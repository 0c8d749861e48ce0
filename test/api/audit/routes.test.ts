import { jetstreamManager } from '@nats-io/jetstream'
import type { Actor } from '@sightline/api/access/permit'
import { openApiDocument } from '@sightline/api/app'
import type { AuditEntry, AuditLog } from '@sightline/api/audit/log'
import { addActor } from '@sightline/api/plugins/app/actor'
import {
  addAudit,
  auditOf,
  byParam,
  type RouteAudit,
  record,
  recordDecision,
} from '@sightline/api/plugins/app/audit'
import { addErrors } from '@sightline/api/plugins/app/errors'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import { SightlineError } from '@sightline/schemas/errors'
import { AUDIT } from '@sightline/schemas/streams'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Rig, startRig } from '../harness.ts'

/** What a route records is declared where it is registered, and no route can forget it (AUD-1, AUD-2). */

interface Operation {
  'x-permission'?: string
  'x-records'?: string[]
}

async function operations(): Promise<[route: string, Operation][]> {
  const { paths } = (await openApiDocument()) as { paths: Record<string, Record<string, Operation>> }
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, one]): [string, Operation] => [`${verb.toUpperCase()} ${path}`, one]),
  )
}

describe('a route that does not declare what it records (AUD-1, AUD-2)', () => {
  it('keeps the api from starting, and the error names it', () => {
    const app = Fastify()
    addAudit(app, {} as AuditLog)
    expect(() => app.post('/v1/forgotten', { config: { permission: 'display.list' } }, () => 'x')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'the route POST /v1/forgotten does not say what it records',
      }),
    )
  })

  it('keeps the whole api from starting, wherever it is added', async () => {
    const planted = (app: FastifyInstance) =>
      void app.get('/v1/forgotten', { config: { permission: 'display.list' } }, () => 'x')
    vi.doMock('@sightline/api/cameras/routes', () => ({ routes: [planted] }))
    vi.resetModules()
    try {
      const { openApiDocument: start } = await import('@sightline/api/app')
      await expect(start()).rejects.toThrow(/the route GET \/v1\/forgotten does not say what it records/)
    } finally {
      // The next file of this process has an api without it.
      vi.doUnmock('@sightline/api/cameras/routes')
      vi.resetModules()
    }
  })

  it('does not exist', async () => {
    const all = await operations()
    expect(all.length).toBeGreaterThan(100)
    expect(all.filter(([, one]) => one['x-records'] === undefined)).toEqual([])
  })

  it('may declare nothing only if it shows and changes nothing about people', async () => {
    const silent = (await operations()).filter(([, one]) => one['x-records']?.length === 0)
    expect(silent.map(([route]) => route).sort()).toEqual([
      'GET /health',
      'GET /live',
      'GET /openapi.json',
      'GET /v1/access/me',
      'GET /v1/access/sources',
      'GET /v1/consent',
      'GET /v1/displays/notice',
      'GET /v1/oversight/chain',
      'GET /v1/oversight/chain/check',
      'GET /v1/recipients',
      'GET /v1/session',
      'GET /v1/session/rules/{permission}',
      'GET /v1/sign-on',
      'GET /v1/sign-on/provider',
      'POST /v1/set-up/look',
    ])
  })
})

describe('the record of a route', () => {
  const somebody = { id: 'dana', roles: ['analyst'], session: 's', sources: 'all' } as unknown as Actor
  let written: AuditEntry[]
  let isBroken: boolean
  const log = {
    record: async (entry: AuditEntry) => {
      if (isBroken) throw new SightlineError('AUDIT_UNAVAILABLE', 'the audit log cannot be written')
      written.push(entry)
    },
  } as unknown as AuditLog

  /** An app with one route, `GET /things/:id`. */
  async function appWith(
    audit: RouteAudit,
    handler: (request: FastifyRequest) => unknown,
  ): Promise<FastifyInstance> {
    written = []
    isBroken = false
    const app = Fastify({ exposeHeadRoutes: false })
    addErrors(app)
    addActor(app, [() => somebody])
    addAudit(app, log)
    app.get('/things/:id', { config: { audit } }, async (request) => handler(request))
    await app.ready()
    return app
  }
  const ask = async (app: FastifyInstance) => {
    const answer = await app.inject('/things/t1')
    return { status: answer.statusCode, body: answer.body }
  }
  const view = { action: 'display.view', subject: byParam('id') } as const

  it('is written before the handler begins, with who, what and all parameters', async () => {
    const app = await appWith({ ...view, parameters: ({ url }) => ({ url }) }, () => `${written.length}`)
    expect(await ask(app)).toEqual({ status: 200, body: '1' })
    expect(written).toEqual([
      { actor: 'dana', action: 'display.view', subject: 't1', parameters: { url: '/things/t1' } },
    ])
  })

  it.each<[string, RouteAudit, (request: FastifyRequest, done: () => string) => unknown]>([
    ['before', view, (_request, done) => done()],
    [
      'once it was decided',
      { ...view, decided: true },
      async (request, done) => {
        await recordDecision(request, () => true)
        return done()
      },
    ],
  ])('that cannot be written keeps the action from happening: %s', async (_when, audit, handle) => {
    let isDone = false
    const app = await appWith(audit, (request) =>
      handle(request, () => {
        isDone = true
        return 'secret'
      }),
    )
    isBroken = true
    const { status, body } = await ask(app)
    expect([status, isDone, body.includes('secret')]).toEqual([503, false, false])
  })

  it('that the handler should have written but did not keeps the answer back', async () => {
    const app = await appWith({ ...view, decided: true }, () => 'secret')
    const { status, body } = await ask(app)
    expect([status, body.includes('secret'), written]).toEqual([500, false, []])
  })

  it('cannot have an action that the route does not declare', async () => {
    const app = await appWith({ ...view, decided: true }, (request) =>
      auditOf(request).record({ actor: 'dana', action: 'case.delete', subject: 't1', parameters: {} }),
    )
    expect([(await ask(app)).status, written]).toEqual([500, []])
  })

  it('includes what the decision found', async () => {
    const app = await appWith({ ...view, decided: true }, (request) =>
      recordDecision(
        request,
        () => 7,
        { parameters: { a: 1 } },
        (found) => ({ parameters: { a: 1, found } }),
      ),
    )
    await ask(app)
    expect(written).toMatchObject([{ action: 'display.view', subject: 't1', parameters: { a: 1, found: 7 } }])
  })

  it('says that the request was refused, when it was', async () => {
    const app = await appWith({ ...view, decided: true }, (request) =>
      recordDecision(request, () => {
        throw new SightlineError('NOT_FOUND', 'no such thing')
      }),
    )
    expect((await ask(app)).status).toBe(404)
    expect(written).toMatchObject([
      { action: 'request.refuse', subject: 't1', parameters: { refused: 'display.view', code: 'NOT_FOUND' } },
    ])
  })

  it('is not written by a route that declares that it records nothing', async () => {
    const app = await appWith({ none: 'a test' }, (request) => record(request))
    expect([(await ask(app)).status, written]).toEqual([500, []])
  })
})

describe('each look at a record', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ requestsPerMinute: 1e6 })
  })
  afterAll(() => rig?.close())

  it('is recorded once, or refused', async () => {
    const manager = await jetstreamManager(rig.admin)
    const last = async () => (await manager.streams.info(AUDIT)).state.last_seq
    const faults: unknown[] = []
    let answered = 0
    for (const [route, { 'x-records': own = [], 'x-permission': permission }] of await operations()) {
      const [method, path] = route.split(' ') as [string, string]
      if (method !== 'GET' || own.length === 0 || !permission) continue
      const before = await last()
      const leave = new AbortController()
      const query = path.endsWith('precision') ? '?by=display' : path.endsWith('export') ? '?format=csv' : ''
      const answer = await rig.call(path.replaceAll(/\{\w+\}/g, '1') + query, { signal: leave.signal })
      const { status } = answer
      leave.abort()
      const after = await last()
      const records: AuditRecord[] = []
      for (let seq = before + 1; seq <= after; seq++) {
        records.push((await manager.streams.getMessage(AUDIT, { seq }))!.json<AuditRecord>())
      }
      const actions = records.map(({ action }) => action)
      const mine = actions.filter((action) => own.includes(action))
      const isWell = status < 400 ? mine.length === 1 && actions.length === 1 : actions.length <= 1
      if (!isWell) faults.push({ route, status, actions })
      if (status < 400) answered++
    }
    expect(faults).toEqual([])
    expect(answered).toBeGreaterThan(15)
  })
})
