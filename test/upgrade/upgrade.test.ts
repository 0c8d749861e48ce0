import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectBroker } from '@sightline/broker/connect'
import { freePort } from '@sightline/broker/free-port'
import { sealKeyPath } from '@sightline/broker/keys'
import { signOn } from '@sightline/cli/sign-on'
import { startAnalyst } from '@sightline/cli/soak/analyst'
import { auditLine } from '@sightline/cli/soak/audit-line'
import { startCameras } from '@sightline/cli/soak/cameras'
import { root } from '@sightline/runtime/root'
import { type Service, supervise } from '@sightline/runtime/supervise'
import { expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { isLong } from '../support/long.ts'
import { accountOf } from './account.ts'
import { INSTALLED, installOlder, OLDER, RECORD } from './older-version.ts'
import { type OlderStore, sampleStore } from './stored.ts'

const NOW = join(root, 'cli/dist/main.js')
const CAMERAS = ['gate-1', 'gate-2', 'gate-3']
const PATIENT = { timeout: 120_000, interval: 500 }
/** Reads and hits under which each part is upgraded. */
const TRAFFIC = { reads: 40, hits: 3 }

// It installs the older version: the long form alone (`./sightline test --long upgrade`).
test.runIf(isLong)(
  'from the older version, part by part under traffic, no read and no alert is lost or doubled',
  {
    timeout: 900_000,
  },
  async () => {
    const folder = await temporaryFolder()
    const older = INSTALLED ?? (await installOlder(join(folder.path, 'older')))
    const at = (name: string) => join(folder.path, name)
    await mkdir(at('logs'))
    const [port, apiPort, agentPort] = [await freePort(), await freePort(), await freePort()]
    const secret = 'made-up-upgrade-secret'
    const cameras = CAMERAS.map((id) => ({
      ...{ id, owner: 'Harbor Parking LLC', ownerType: 'private-business', kind: 'fixed' },
      position: { lat: 32.7096, lon: -117.1712 },
      source: {
        ...{ type: 'events', make: 'plate-recognizer', secret },
        listen: { host: '127.0.0.1', port: agentPort },
      },
    }))
    await writeFile(at('edge.json'), JSON.stringify({ cameras }), { mode: 0o600 })
    const keys = at('broker/keys')
    const link = ['--broker', `nats://127.0.0.1:${port}`, '--keys', keys]
    const parts = {
      broker: ['broker', 'run', '--data', at('broker'), '--port', String(port), '--camera', ...CAMERAS],
      matcher: ['matcher', 'run', ...link, '--name', 'm1'],
      api: ['api', 'run', ...link, '--port', String(apiPort), '--data', at('api'), '--dev-token'],
      edge: [
        ...['edge', 'run', ...link, '--config', at('edge.json')],
        ...['--spool', at('spool'), '--state', at('state')],
      ],
    }
    const restarts: string[] = []
    const running = new Map<string, Service>()
    const start = async (name: keyof typeof parts, program: string) => {
      const onRestart = () => restarts.push(name)
      const service = await supervise({ name, args: parts[name], program, logs: at('logs'), onRestart })
      running.set(name, service)
      return service
    }
    const over = new AbortController()
    try {
      await start('broker', older)
      await start('matcher', older)
      const api = await start('api', older)
      await start('edge', older)
      const address = {
        url: String(api.ready.url),
        token: await readFile(String(api.ready.tokenPath), 'utf8'),
      }
      const traffic = startCameras({
        ...{ seed: 1, duration: 600_000, rate: 20, signal: over.signal },
        cameras: CAMERAS.map((id) => ({ id, url: `http://127.0.0.1:${agentPort}/events/${id}/${secret}` })),
      })
      const refused: string[] = []
      const analyst = await startAnalyst({
        ...{ person: 'sam-okafor', everyMs: 1000 },
        enter: () => signOn(address.url, address.token.trim(), 'sam-okafor'),
        searches: false,
        ...{ newVehicle: traffic.newVehicle, onDisplay: traffic.plant, signal: over.signal },
        onRefusal: (what, error) => refused.push(`${what}: ${error.message}`),
      })
      const server = { servers: `nats://127.0.0.1:${port}`, keys, user: 'admin' }
      const admin = await connectBroker(server, quiet)
      const more = async () => {
        const [reads, hits] = [traffic.taken.size, analyst.watched.size]
        await vi.waitFor(() => {
          expect(traffic.taken.size).toBeGreaterThan(reads + TRAFFIC.reads)
          expect(analyst.watched.size).toBeGreaterThan(hits + TRAFFIC.hits)
        }, PATIENT)
      }
      await more()
      if (RECORD) {
        await withOlderWords(address.url, address.token.trim(), `${agentPort}/events/gate-1/${secret}`)
        await more()
        const seal = (await readFile(sealKeyPath(keys), 'utf8')).trim()
        const store: OlderStore = { version: OLDER, seal, messages: await sampleStore(admin) }
        await writeFile(join(RECORD, 'stored-2026-11-30.json'), `${JSON.stringify(store, null, 1)}\n`)
      }
      for (const name of ['broker', 'matcher', 'api', 'edge'] as const) {
        await running.get(name)!.stop()
        await start(name, NOW)
        await more()
      }
      await analyst.finish()
      await traffic.finish()
      const account = () => accountOf(admin, traffic, [analyst])
      const wrong = async () => (await account()).filter(({ ok }) => !ok)
      await vi.waitFor(async () => expect(await wrong()).toEqual([]), PATIENT)
      const audit = await auditLine({ url: server.servers, keys, out: at('audit') }, [analyst])
      process.stderr.write(`${JSON.stringify([...(await account()), audit])}\n`)
      expect(audit).toMatchObject({ ok: true, wrong: [] })
      expect([refused, restarts]).toEqual([[], []])
      await admin.close()
    } finally {
      over.abort()
      for (const service of [...running.values()].reverse()) await service.stop()
      await folder.remove()
    }
  },
)

/** A display that is limited by color, and a vehicle with one: under the words of the older version. */
async function withOlderWords(api: string, token: string, agent: string): Promise<void> {
  const call = await signOn(api, token, 'dana-reyes')
  const { version } = (await call('/v1/displays/notice')) as { version: string }
  const plate = '8KLM302'
  await call('/v1/cases', {
    ...{ kind: 'event', caseRef: 'UPGRADE-1', title: 'A silver trailer (made up)' },
    ...{ authority: 'Made up: 19 U.S.C. 1595a', purpose: 'Find out who takes trailers from the port' },
    subjects: [{ about: { plate }, reason: 'Made up: seen at the lot.' }],
  })
  const only = { colours: ['silver'], area: { lat: 32.7, lon: -117.1, radiusM: 100_000 } }
  const reason = 'Made up: seen at the lot during the nights of the thefts.'
  await call('/v1/displays', { plate, caseRef: 'UPGRADE-1', reason, confirmNotice: version, only })
  const results = [
    {
      ...{ plate, score: 0.97, region: { code: 'us-ca', score: 0.9 } },
      ...{ vehicle: { type: 'Sedan', score: 0.9 }, color: [{ color: 'silver', score: 0.8 }] },
      ...{
        model_make: [{ make: 'Honda', model: 'Civic', score: 0.7 }],
        orientation: [{ orientation: 'Rear', score: 0.9 }],
      },
    },
  ]
  const headers = { 'content-type': 'application/json' }
  // The second one is counted on the alert of the first.
  for (const ago of [120_000, 0]) {
    const data = { camera_id: 'gate-1', timestamp: new Date(Date.now() - ago).toISOString(), results }
    const body = JSON.stringify({ hook: { event: 'image' }, data })
    await vi.waitFor(async () => {
      const answer = await fetch(`http://127.0.0.1:${agent}`, { method: 'POST', headers, body })
      expect(answer.ok).toBe(true)
    }, PATIENT)
  }
  const administrator = await signOn(api, token, 'tom-berg')
  await administrator('/v1/edge/enrolments', { agent: 'car-7', cameras: ['car-7-front'] })
}
