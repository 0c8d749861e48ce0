import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import Fastify, { type InjectOptions } from 'fastify'
import type { Actor } from '../../../api/access/permit.ts'
import type { AppDeps } from '../../../api/app.ts'
import { createAuditLog } from '../../../api/audit/log.ts'
import type { Holdings } from '../../../api/oversight/account.ts'
import { type OversightDeps, openOversight } from '../../../api/oversight/open.ts'
import { addActor } from '../../../api/plugins/app/actor.ts'
import { addErrors } from '../../../api/plugins/app/errors.ts'
import { addPermissions } from '../../../api/plugins/app/permit.ts'
import { caseExportRoute } from '../../../api/routes/case-export.ts'
import { oversightAccountRoutes } from '../../../api/routes/oversight-accounts.ts'
import { oversightAuditRoutes } from '../../../api/routes/oversight-audit.ts'
import { oversightChainRoute } from '../../../api/routes/oversight-chain.ts'
import { oversightMisuseRoutes } from '../../../api/routes/oversight-misuse.ts'
import { oversightReviewRoutes } from '../../../api/routes/oversight-reviews.ts'
import { openAlertWork } from '../../../api/stores/alert-work.ts'
import { openCaseStores } from '../../../api/stores/case-stores.ts'
import { openDisplays } from '../../../api/stores/displays.ts'
import { openPeople } from '../../../api/stores/people.ts'
import { savedKey } from '../../../api/stores/saved.ts'
import { loadSeal } from '../../../api/stores/seal.ts'
import { connectBroker } from '../../../broker/connect.ts'
import { startEmbeddedBroker } from '../../../broker/embedded.ts'
import { openLink } from '../../../broker/link.ts'
import { createLog } from '../../../runtime/log.ts'
import type { AuditRecord } from '../../../schemas/audit-record.ts'
import type { Role } from '../../../schemas/person.ts'

const log = createLog('test', 'silent')

/** The routes of oversight on a real broker, with callers who are who they say. */
export async function startOversightRig(clock: { now: number }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-oversight-'))
  const broker = await startEmbeddedBroker({
    ...{ dataDir, vendors: [], edges: {}, log, size: { replicas: 1, storageGib: 1 } },
  })
  const connection = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'api' }, log)
  const link = await openLink(connection)
  const auditKeys = generateKeyPairSync('ed25519')
  const stop = new AbortController()
  const deps: OversightDeps & Pick<AppDeps, 'displays' | 'alertWork'> = {
    ...(await openOversight(link, auditKeys.publicKey, log)),
    ...(await openCaseStores(link, log, stop.signal)),
    ...(await openPeople(link, await loadSeal(broker.keys, log), log)),
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
  for (const routes of [
    oversightAuditRoutes,
    oversightChainRoute,
    oversightReviewRoutes,
    oversightMisuseRoutes,
    oversightAccountRoutes,
  ]) {
    await app.register(routes, deps)
  }
  await app.register(caseExportRoute, deps)
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
  const { auditReader } = deps
  const found: AuditRecord[] = []
  for await (const { record } of auditReader.read(1, await auditReader.last())) {
    if (record?.action === action) found.push(record)
  }
  return found
}
