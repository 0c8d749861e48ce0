import { generateKeyPairSync } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { Actor } from '@sightline/api/access/permit'
import { openAlertWork } from '@sightline/api/alerts/work-store'
import type { AppDeps } from '@sightline/api/app'
import { createAuditLog } from '@sightline/api/audit/log'
import { caseExportRoute } from '@sightline/api/cases/routes/export'
import { savedKey } from '@sightline/api/cases/saved-store'
import { openCaseStores } from '@sightline/api/cases/stores'
import { openDisplays } from '@sightline/api/displays/store'
import type { Holdings } from '@sightline/api/oversight/account'
import { type OversightDeps, openOversight } from '@sightline/api/oversight/open'
import { oversightAccountRoutes } from '@sightline/api/oversight/routes/accounts'
import { oversightAuditRoutes } from '@sightline/api/oversight/routes/audit'
import { oversightChainRoute } from '@sightline/api/oversight/routes/chain'
import { oversightMisuseRoutes } from '@sightline/api/oversight/routes/misuse'
import { oversightReviewRoutes } from '@sightline/api/oversight/routes/reviews'
import { openPeople } from '@sightline/api/people/stores'
import { addActor } from '@sightline/api/plugins/app/actor'
import { addAudit } from '@sightline/api/plugins/app/audit'
import { addErrors } from '@sightline/api/plugins/app/errors'
import { addPermissions } from '@sightline/api/plugins/app/permit'
import { loadSeal } from '@sightline/api/shared/seal'
import { connectBroker } from '@sightline/broker/connect'
import { startEmbeddedBroker } from '@sightline/broker/embedded'
import { openLink } from '@sightline/broker/link'
import { createLog } from '@sightline/runtime/log'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { Role } from '@sightline/schemas/person'
import Fastify, { type InjectOptions } from 'fastify'
import { AUDIT_OWNER } from '../../support/audit-owner.ts'

const log = createLog('test', 'silent')

/** The routes of oversight on a real broker, with callers who are who they say. */
export async function startOversightRig(clock: { now: number }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-oversight-'))
  const broker = await startEmbeddedBroker({
    ...{ dataDir, vendors: [], edges: {}, more: [AUDIT_OWNER], log, size: { replicas: 1, storageGib: 1 } },
    syncAlways: false,
  })
  const connection = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'api' }, log)
  const link = await openLink(connection)
  const auditKeys = generateKeyPairSync('ed25519')
  const stop = new AbortController()
  // As many parts as the api has.
  setMaxListeners(60, stop.signal)
  const deps: OversightDeps & Pick<AppDeps, 'displays' | 'alertWork'> = {
    ...(await openOversight(link, { auditKey: auditKeys.publicKey, dataDir, log, stop: stop.signal })),
    ...(await openCaseStores(link, log, stop.signal)),
    ...(await openPeople(link, await loadSeal(broker.keys, log), log, stop.signal)),
    displays: await openDisplays(link, log, stop.signal),
    alertWork: await openAlertWork(link, log, stop.signal),
    audit: createAuditLog(link, () => clock.now),
    clock: () => clock.now,
  }
  const app = Fastify({ exposeHeadRoutes: false })
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  app.setSerializerCompiler(() => JSON.stringify)
  addErrors(app)
  addActor(app, [
    ({ headers }): Actor => ({
      ...{ id: String(headers['x-id']), roles: [String(headers['x-role']) as Role], session: 's' },
      ...{ consented: true, trainingValid: true, recertified: true, sources: ['vendor-a'] },
    }),
  ])
  addPermissions(app, deps.audit, 15_000)
  addAudit(app, deps.audit)
  for (const route of [
    oversightAuditRoutes,
    oversightChainRoute,
    ...oversightReviewRoutes,
    oversightMisuseRoutes,
    oversightAccountRoutes,
    caseExportRoute,
  ]) {
    route(app.withTypeProvider<TypeBoxTypeProvider>(), deps)
  }
  await app.ready()

  return {
    deps,
    link,
    broker,
    dataDir,
    /** What signs the audit log. */
    auditKeys,
    /** A request of somebody in a role. */
    as:
      (id: string, role: Role) =>
      (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, more?: InjectOptions['headers']) =>
        app.inject({
          ...{ method, url, headers: { 'x-id': id, 'x-role': role, ...more } },
          ...(payload && { payload }),
        }),
    async close() {
      await app.close()
      stop.abort()
      await deps.auditIndex.ended
      await connection.close()
      await broker.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
export type OversightRig = Awaited<ReturnType<typeof startOversightRig>>

/** Puts into the stores what is held. */
export async function hold({ deps }: OversightRig, held: Holdings): Promise<void> {
  for (const one of held.cases) await deps.cases.put(one.id, one, 0)
  for (const one of held.saved) await deps.saved.put(savedKey(one.case, one.read.id), one, 0)
  for (const one of held.products) await deps.products.put(one.id, one, 0)
  for (const one of held.lookouts) await deps.lookouts.put(one.id, one, 0)
  for (const one of held.disseminations) await deps.disseminations.put(one.id, one, 0)
  for (const one of held.displays) await deps.displays.create(one)
  for (const one of held.alertWork) await deps.alertWork.put(one.alertId, one, 0)
}

/** Records that the log holds of an action, oldest first. */
export async function recordsIn({ deps }: OversightRig, action: string): Promise<AuditRecord[]> {
  const { auditLookup } = deps
  const found: AuditRecord[] = []
  for await (const { record } of auditLookup.read(1, await auditLookup.last())) {
    if (record?.action === action) found.push(record)
  }
  return found
}
