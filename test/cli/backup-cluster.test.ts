import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import { type Api, startApi } from '@sightline/api/main'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker } from '@sightline/broker/declare'
import { startEmbeddedBroker } from '@sightline/broker/embedded'
import { type LocalCluster, startLocalCluster } from '@sightline/broker/local-cluster'
import { retryUntilDone } from '@sightline/broker/publish'
import type { Display } from '@sightline/schemas/display'
import { pictureSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, caseNaming, json, sampleAlert } from '../api/harness.ts'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { runInProcess } from '../support/in-process.ts'
import { howOften, isLong } from '../support/long.ts'

const NODES = howOften(1, 3)
const SIZE = { replicas: NODES, storageGib: 1, agentStreams: 0 }
const WHO = ['--by', 'ops-kim', '--reason', 'Fire in the server room']

const backup = (...args: string[]) =>
  runInProcess('backup', () => import('@sightline/cli/commands/backup'), args)
const restore = (...args: string[]) =>
  runInProcess('restore', () => import('@sightline/cli/commands/restore'), args)
const audit = (...args: string[]) =>
  runInProcess('audit', () => import('@sightline/cli/commands/audit'), args)

describe(`from one cluster into another, with ${NODES} nodes each`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const clusters: LocalCluster[] = []
  const apis: Api[] = []
  const connections: NatsConnection[] = []
  const at = (name: string) => join(folder.path, name)
  const call = (api: Api, path: string, init: RequestInit = {}) =>
    fetch(`${api.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${api.token}`, ...init.headers },
    })

  async function openApi(servers: string[] | string, keys: string, dataDir: string): Promise<Api> {
    const where = { host: '127.0.0.1', port: 0, dataDir, devToken: true, log: quiet }
    const api = await startApi({ broker: { servers, keys }, agentStreams: 0, ...where })
    apis.push(api)
    return api
  }
  async function asAdmin(servers: string[] | string, keys: string): Promise<NatsConnection> {
    const connection = await connectBroker({ servers, keys, user: 'admin' }, quiet, 30_000)
    connections.push(connection)
    return connection
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    await writeFile(at('passphrase'), 'correct horse battery staple\n', { mode: 0o600 })
  })
  afterAll(async () => {
    for (const api of apis) await api.close()
    for (const connection of connections) await connection.close()
    for (const cluster of clusters) for (let node = 0; node < NODES; node++) await cluster.stop(node)
    await folder.remove()
  })

  it('everything comes back there while nothing that had ended does, and nothing over a system', async () => {
    const passphrase = ['--passphrase-file', at('passphrase')]
    const file = at('today.backup')
    const source = await startLocalCluster(at('source'), NODES)
    clusters.push(source)
    const admin = await asAdmin(source.servers, source.keys)
    await retryUntilDone(() => declareBroker(admin, SIZE))
    const api = await openApi(source.servers, source.keys, at('source-api'))
    expect((await call(api, '/v1/cases', json(caseNaming(['7ABC123', 'OTHER1'])))).status).toBe(201)
    const displays: Display[] = []
    for (const plate of ['7ABC123', 'OTHER1']) {
      const notice = { confirmNotice: DISPLAY_NOTICE.version }
      const body = { plate, reason: 'stolen vehicle', caseRef: 'CASE-1', ...notice }
      displays.push(await bodyOf<Display>(call(api, '/v1/displays', json(body))))
    }
    displays[1] = await bodyOf(call(api, `/v1/displays/${displays[1]!.id}/close`, { method: 'POST' }))
    const js = jetstream(admin)
    const raise = (number: number) =>
      js.publish('alerts.display-1', JSON.stringify(sampleAlert(number)), { msgID: sampleAlert(number).id })
    for (let n = 0; n < 20; n++) await raise(n)
    // This one ends before the restore.
    await js.publish(pictureSubject('edge.gate-1.x.plate'), 'short', { ttl: '2s' })
    const gone = performance.now() + 2000
    await js.publish(pictureSubject('edge.gate-1.y.plate'), 'long')

    let working = true
    const work = (async () => {
      for (let n = 20; working; n++) {
        await raise(n)
        expect((await call(api, `/v1/displays/${displays[0]!.id}`)).status).toBe(200)
      }
    })()
    const from = ['--broker', source.servers.join(), '--keys', source.keys, '--api-data', at('source-api')]
    const saved = await backup('--out', file, '--by', 'ops-kim', ...passphrase, ...from)
    working = false
    await work
    expect([saved.status, saved.stderr]).toEqual([0, expect.stringContaining('AUDIT: ')])
    await api.close()
    for (let node = 0; node < NODES; node++) await source.stop(node)
    // Time is what this is about.
    await new Promise((wake) => setTimeout(wake, Math.max(0, gone - performance.now())))

    const files = [
      file,
      ...passphrase,
      '--files-only',
      '--data',
      at('target'),
      '--api-data',
      at('target-api'),
    ]
    expect((await restore(...files)).status).toBe(0)
    const target = await startLocalCluster(at('target'), NODES)
    clusters.push(target)
    expect(await readFile(join(target.keys, 'api.seal'))).toEqual(
      await readFile(join(source.keys, 'api.seal')),
    )
    const there = await asAdmin(target.servers, target.keys)
    const to = ['--broker', target.servers.join(), '--keys', target.keys, '--replicas', String(NODES)]
    expect((await restore(file, ...passphrase, ...to)).stderr).toContain('(USAGE)')
    expect((await restore(...files, ...to)).stderr).toContain('(USAGE)')
    const said = await restore(file, ...passphrase, ...WHO, ...to)
    expect([said.status, said.stderr]).toEqual([0, expect.stringContaining('AUDIT (')])
    const again = await restore(file, ...passphrase, ...WHO, ...to)
    expect([again.status, again.stderr]).toEqual([78, expect.stringContaining('(TARGET_NOT_EMPTY)')])

    const declared = await retryUntilDone(() => declareBroker(there, SIZE))
    expect([declared.drifted, declared.created]).toEqual([
      [],
      expect.arrayContaining(['KV_SESSIONS', 'READS']),
    ])
    const manager = await jetstreamManager(there)
    const pictures = async () =>
      Object.keys((await manager.streams.info('PICTURES', { subjects_filter: '>' })).state.subjects ?? {})
    await expect.poll(pictures, { timeout: 30_000 }).toEqual([pictureSubject('edge.gate-1.y.plate')])
    for await (const { config, cluster } of manager.streams.list()) {
      expect([config.name, config.num_replicas]).toEqual([config.name, NODES])
      const late = (cluster?.replicas ?? []).filter(({ current }) => !current)
      expect([config.name, late.map(({ name }) => name)]).toEqual([config.name, []])
    }
    await expectWhole(target.servers, target.keys, at('target-api'), displays)
    if (!isLong) return

    const single = ['--data', at('single'), '--api-data', at('single-api')]
    expect((await restore(file, ...passphrase, ...WHO, ...single)).status).toBe(0)
    const broker = await startEmbeddedBroker({
      ...{ dataDir: at('single'), vendors: [], edges: {}, log: quiet, syncAlways: false },
      size: { ...SIZE, replicas: 1 },
    })
    try {
      await expectWhole(broker.url, broker.keys, at('single-api'), displays)
    } finally {
      await broker.stop()
    }
  })

  /** Displays and alerts are there, and the log of who did what verifies and goes on. */
  async function expectWhole(
    servers: string[] | string,
    keys: string,
    dataDir: string,
    displays: readonly Display[],
  ): Promise<void> {
    const api = await openApi(servers, keys, dataDir)
    for (const display of displays)
      expect(await bodyOf(call(api, `/v1/displays/${display.id}`))).toEqual(display)
    const { alerts } = await bodyOf<{ alerts: unknown[] }>(call(api, '/v1/alerts?limit=100'))
    expect(alerts.length).toBeGreaterThanOrEqual(20)
    const out = `${dataDir}-export`
    const from = ['--broker', [servers].flat().join(), '--keys', keys]
    expect((await audit('export', '--out', out, ...from)).status).toBe(0)
    const verified = await audit('verify', out, '--key', join(dataDir, 'audit-signing.pub'))
    expect(verified).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+ records, 0 faults/) })
    const records = (await readFile(join(out, 'audit.ndjson'), 'utf8')).trim().split('\n')
    const actions = records.map((line) => JSON.parse(line).action)
    const [saved, restored] = [actions.indexOf('system.backup'), actions.indexOf('system.restore')]
    expect([saved > 0, restored > saved, actions.length > restored + 1]).toEqual([true, true, true])
    await api.close()
  }
})
