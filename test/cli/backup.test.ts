import { lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { jetstream, jetstreamManager, type StreamConfig } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import { type Api, startApi } from '@sightline/api/main'
import { withBareServer } from '@sightline/broker/bare-server'
import { connectBroker } from '@sightline/broker/connect'
import { startEmbeddedBroker } from '@sightline/broker/embedded'
import { restoreSnapshot, type SnapshotOf, takeSnapshot } from '@sightline/broker/stream-snapshot'
import type { Display } from '@sightline/schemas/display'
import { pictureSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { bodyOf, caseNaming, json, publishAlerts, type Rig, startRig } from '../api/harness.ts'
import { AUDIT_OWNER } from '../support/audit-owner.ts'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { runInProcess } from '../support/in-process.ts'

const backup = (...args: string[]) =>
  runInProcess('backup', () => import('@sightline/cli/commands/backup'), args)
const restore = (...args: string[]) =>
  runInProcess('restore', () => import('@sightline/cli/commands/restore'), args)
const audit = (...args: string[]) =>
  runInProcess('audit', () => import('@sightline/cli/commands/audit'), args)

describe('a fire drill', () => {
  let rig: Rig
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let file: string
  let passphrase: string[]
  let displays: Display[]
  let backedUpAt = 0
  const states: Record<string, { first: number; last: number }> = {}

  const create = async (plate: string) => {
    const body = { plate, reason: 'stolen vehicle', caseRef: 'CASE-1', confirmNotice: DISPLAY_NOTICE.version }
    const answer = await rig.call('/v1/displays', json(body))
    expect(answer.status).toBe(201)
    return bodyOf<Display>(answer)
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    const secret = join(folder.path, 'passphrase')
    await writeFile(secret, 'correct horse battery staple\n', { mode: 0o600 })
    passphrase = ['--passphrase-file', secret]
    file = join(folder.path, 'today.backup')
    rig = await startRig()
    expect((await rig.call('/v1/cases', json(caseNaming(['7ABC123', 'OTHER1'])))).status).toBe(201)
    const open = await create('7ABC123')
    const closed = await create('OTHER1')
    const path = `/v1/displays/${closed.id}/close`
    displays = [open, await bodyOf<Display>(rig.call(path, { method: 'POST' }))]
    await publishAlerts(rig, 0, 20)
    const kvm = new Kvm(jetstream(rig.admin))
    // A value that was overwritten, in the middle: its place stays empty.
    for (const key of ['c', 'a', 'a']) await (await kvm.open('SAVED')).put(key, 'saved')
    for (const bucket of ['SESSIONS', 'QUERY_CACHE', 'PICTURE_VIEWS', 'POSITIONS']) {
      await (await kvm.open(bucket)).put('a', 'of before')
    }
  })
  afterAll(async () => {
    await rig.close().catch(() => {})
    await folder.remove()
  })

  it('saves everything while people and the matcher work, for the owner of the passphrase alone', async () => {
    let working = true
    let alerts = 20
    let looks = 0
    const work = Promise.all([
      (async () => {
        while (working) await publishAlerts(rig, alerts++, alerts)
      })(),
      (async () => {
        while (working) if ((await rig.call(`/v1/displays/${displays[0]!.id}`)).ok) looks++
      })(),
    ])
    const settings = join(folder.path, 'configured')
    await mkdir(settings)
    await writeFile(join(folder.path, 'real.json'), '[]')
    // As a certificate in its folder, or a secret that is mounted.
    await symlink('../real.json', join(settings, 'vendors.json'))
    const lost = join(folder.path, 'lost')
    await mkdir(lost)
    await symlink('../none.json', join(lost, 'vendors.json'))
    const args = ['--out', file, '--by', 'ops-kim', ...passphrase, '--broker', rig.broker.url]
    const keys = ['--keys', rig.broker.keys, '--api-data', rig.dataDir, '--settings', settings]
    const without = await backup(...args, ...keys, '--settings', lost)
    expect([without.status, without.stderr]).toEqual([78, expect.stringContaining('leads to no file')])
    const said = await backup(...args, ...keys, '--json')
    working = false
    backedUpAt = Date.now()
    await work
    expect(said).toMatchObject({ status: 0 })
    expect(JSON.parse(said.stdout)).toMatchObject({
      type: 'saved',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect([alerts > 21, looks > 0]).toEqual([true, true])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await backup(...args, ...keys)).stderr).toContain('(CONFLICT)')
    const manager = await jetstreamManager(rig.admin)
    for (const name of ['KV_DISPLAYS', 'KV_CASES', 'KV_SAVED', 'AUDIT']) {
      const { first_seq: first, last_seq: last } = (await manager.streams.info(name)).state
      states[name] = { first, last }
    }
  })

  it('restores nothing over a system, nothing with the wrong passphrase, nothing that was changed or cut', async () => {
    const who = ['--by', 'ops-kim', '--reason', 'Fire in the server room']
    const to = join(folder.path, 'refused')
    const target = ['--data', to, '--api-data', join(folder.path, 'refused-api')]
    const running = await restore(
      file,
      ...passphrase,
      ...who,
      '--data',
      rig.dataDir,
      '--api-data',
      folder.path,
    )
    expect(running).toMatchObject({ status: 78, stderr: expect.stringContaining('(TARGET_NOT_EMPTY)') })
    const other = join(folder.path, 'other-api')
    await mkdir(other)
    await writeFile(join(other, 'audit-signing.key'), 'of another system')
    const signed = await restore(file, ...passphrase, ...who, '--data', to, '--api-data', other)
    expect(signed.stderr).toContain('(TARGET_NOT_EMPTY)')
    const wrong = join(folder.path, 'wrong')
    await writeFile(wrong, 'another passphrase\n', { mode: 0o600 })
    const locked = await restore(file, '--passphrase-file', wrong, ...who, ...target)
    expect(locked.stderr).toContain('(BACKUP_LOCKED)')
    const bytes = await readFile(file)
    const bad = join(folder.path, 'bad.backup')
    await writeFile(bad, bytes.subarray(0, bytes.length - 40))
    const cut = await restore(bad, ...passphrase, ...who, ...target)
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(bad, bytes)
    const changed = await restore(bad, ...passphrase, ...who, ...target)
    for (const { status, stderr } of [cut, changed]) {
      expect([status, stderr]).toEqual([65, expect.stringContaining('(BACKUP_DAMAGED)')])
    }
    expect((await readdir(folder.path)).filter((name) => name.startsWith('refused'))).toEqual([])
    expect((await restore(file, ...passphrase, ...target)).stderr).toContain('(USAGE)')
  })

  it('brings everything back elsewhere, and nothing that had ended', async () => {
    await rig.api.close()
    await rig.admin.close()
    await rig.broker.stop()
    const signingKey = await readFile(join(rig.dataDir, 'audit-signing.key'))
    await rm(rig.dataDir, { recursive: true })
    const data = join(folder.path, 'elsewhere')
    // A link to the disk that is meant.
    await mkdir(join(folder.path, 'disk'))
    await symlink('disk', data)
    const apiData = join(folder.path, 'elsewhere-api')
    const checked = await restore(file, ...passphrase, '--check')
    expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining('keys/admin.nk')])
    const who = ['--by', 'ops-kim', '--reason', 'Fire in the server room']
    // An earlier attempt was killed at its end, and left its server behind.
    await mkdir(apiData)
    await writeFile(join(apiData, 'audit-signing.key'), signingKey)
    const draft = join(folder.path, 'disk.restoring')
    await mkdir(join(draft, 'keys'), { recursive: true })
    await writeFile(join(draft, 'keys/admin.nk'), 'of the earlier attempt')
    let said: Awaited<ReturnType<typeof restore>> | undefined
    const left = withBareServer(draft, quiet, async () => {
      said = await restore(file, ...passphrase, ...who, '--data', data, '--api-data', apiData)
    })
    await expect(left).rejects.toMatchObject({ code: 'BROKER_FAILED' })
    await vi.waitFor(() => expect(said).toBeDefined(), { timeout: 60_000 })
    expect([said!.status, said!.stderr]).toEqual([0, expect.stringContaining('AUDIT (')])
    expect(await readFile(join(data, 'settings/configured/vendors.json'), 'utf8')).toBe('[]')
    expect((await lstat(data)).isSymbolicLink()).toBe(true)
    expect((await readdir(folder.path)).filter((name) => name.includes('restoring'))).toEqual([])
    expect((await readdir(data)).sort()).toEqual(['jetstream', 'keys', 'settings'])

    await expectTimesKept(data)
    const broker = await startEmbeddedBroker({
      ...{ dataDir: data, vendors: [], edges: {}, more: [AUDIT_OWNER], log: quiet, syncAlways: false },
      size: { replicas: 1, storageGib: 1 },
    })
    let api: Api | undefined
    try {
      const address = { servers: broker.url, keys: broker.keys }
      const admin = await connectBroker({ ...address, user: 'admin' }, quiet)
      const manager = await jetstreamManager(admin)
      for (const [name, { first, last }] of Object.entries(states)) {
        const { state } = await manager.streams.info(name)
        expect(state.first_seq, name).toBe(first)
        // What was recorded after the backup is missing, and the restore was recorded.
        expect(state.last_seq, name).toBeLessThanOrEqual(last + 1)
        expect(state.last_seq, name).toBeGreaterThan(0)
      }
      const counts = await Promise.all(
        ['SESSIONS', 'QUERY_CACHE', 'POSITIONS'].map(async (name) => {
          const { state } = await manager.streams.info(`KV_${name}`, { subjects_filter: `$KV.${name}.a` })
          return Object.keys(state.subjects ?? {}).length
        }),
      )
      expect(counts).toEqual([0, 0, 0])
      await admin.close()

      api = await startApi({
        ...{ broker: address, host: '127.0.0.1', port: 0, dataDir: apiData, devToken: true, log: quiet },
      })
      rig.api = api
      for (const display of displays) {
        expect(await bodyOf(rig.call(`/v1/displays/${display.id}`))).toEqual(display)
      }
      const { alerts } = await bodyOf<{ alerts: unknown[] }>(rig.call('/v1/alerts?limit=100'))
      expect(alerts.length).toBeGreaterThanOrEqual(20)
      const out = join(folder.path, 'export')
      expect(
        (await audit('export', '--out', out, '--broker', broker.url, '--keys', broker.keys)).status,
      ).toBe(0)
      const verified = await audit('verify', out, '--key', join(apiData, 'audit-signing.pub'))
      expect(verified).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+ records, 0 faults/) })
      const records = (await readFile(join(out, 'audit.ndjson'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      const [saved, restored] = ['system.backup', 'system.restore'].map((action) =>
        records.find((one) => one.action === action),
      )
      expect(saved).toMatchObject({ actor: 'ops-kim' })
      expect(restored).toMatchObject({
        actor: 'ops-kim',
        parameters: { savedBy: 'ops-kim', reason: 'Fire in the server room' },
      })
      expect(restored.number).toBeGreaterThan(saved.number)
    } finally {
      await api?.close()
      await broker.stop()
    }
  })

  /** A message keeps its time, so what is older than its stream keeps is gone with the restore. */
  async function expectTimesKept(data: string): Promise<void> {
    const name = 'KV_PICTURE_VIEWS'
    const { copy, pictures } = await withBareServer(data, quiet, async (admin) => {
      const manager = await jetstreamManager(admin)
      const stored = await manager.streams.getMessage(name, { last_by_subj: '$KV.PICTURE_VIEWS.a' })
      expect(stored!.time.getTime()).toBeLessThan(backedUpAt)
      const copy = await copied(admin, name)
      const js = jetstream(admin)
      await js.publish(pictureSubject('edge.gate-1.x.plate'), 'short', { ttl: '2s' })
      await js.publish(pictureSubject('edge.gate-1.y.plate'), 'long')
      return { copy, pictures: await copied(admin, 'PICTURES') }
    })
    expect(pictures.of.state.messages).toBe(2)
    // Time is what this is about: the life of that image ends.
    await new Promise((wake) => setTimeout(wake, 2100))
    // Each on a server of its own, as a restore has it: where a stream of that name was deleted a moment ago, nats-server
    // 2.15.1 may still write files of it ("expected sequence does not match store").
    const again = async ({ of, pieces }: typeof copy, change: Partial<StreamConfig> = {}) => {
      const elsewhere = join(folder.path, 'times')
      return withBareServer(elsewhere, quiet, async (admin) => {
        await restoreSnapshot(admin, { ...of, config: { ...of.config, ...change } }, Readable.from(pieces))
        const { state } = await (await jetstreamManager(admin)).streams.info(of.config.name, {
          subjects_filter: '>',
        })
        return Object.keys(state.subjects ?? {})
      }).finally(() => rm(elsewhere, { recursive: true }))
    }
    expect(await again(copy, { max_age: 1e9, duplicate_window: 1e9 })).toEqual([])
    expect(await again(copy)).toEqual(['$KV.PICTURE_VIEWS.a'])
    expect(await again(pictures)).toEqual([pictureSubject('edge.gate-1.y.plate')])
  }
})

/** As in a cluster, whose other nodes go on sending while the connection is lost: they do so no more when it is back. */
it('a copy during which the connection was lost is none', async () => {
  const flow = () => new PassThrough({ objectMode: true })
  const [messages, states] = [flow(), flow()]
  const connection = {
    subscribe: () => Object.assign(messages, { unsubscribe: () => messages.end() }),
    status: () => Object.assign(states, { stop: () => states.end() }),
    request: async () => ({ data: Buffer.from('{"config":{},"state":{}}') }),
  } as unknown as NatsConnection
  let taken = 0
  const copy = takeSnapshot(
    connection,
    'AUDIT',
    async () => {},
    async () => {
      taken++
      states.write({ type: 'disconnect' })
      states.write({ type: 'reconnect' })
    },
  )
  messages.write({ data: Buffer.from('first'), respond: () => true })
  await expect(copy).rejects.toMatchObject({
    code: 'BROKER_FAILED',
    message: expect.stringContaining('the connection was lost'),
  })
  expect(taken).toBe(1)
})

async function copied(
  admin: NatsConnection,
  stream: string,
): Promise<{ of: SnapshotOf; pieces: Uint8Array[] }> {
  const pieces: Uint8Array[] = []
  let of: SnapshotOf | undefined
  const begin = async (told: SnapshotOf) => {
    of = told
  }
  await takeSnapshot(admin, stream, begin, async (piece) => void pieces.push(piece))
  return { of: of!, pieces }
}
