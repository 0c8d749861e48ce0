import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBroker } from '../../broker/connect.ts'
import { startEmbeddedBroker } from '../../broker/embedded.ts'
import { publishAll } from '../../broker/publish-all.ts'
import { type Service, supervise } from '../../cli/demo/supervise.ts'
import { createLog } from '../../runtime/log.ts'
import { DISPLAYS } from '../../schemas/streams.ts'
import { benchDisplay } from '../match/displays.ts'
import { plates } from '../match/traffic.ts'

const log = createLog('bench', 'silent')

/** The agency's side as it is installed, each part a process of its own, in a temporary folder. */
export async function startStack(displays: number) {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const logs = join(folder, 'logs')
  await mkdir(logs)
  const broker = await startEmbeddedBroker({ vendors: [], edges: {}, dataDir: join(folder, 'broker'), log })
  const services: Service[] = []
  const connect = () => connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, log)
  const stop = async () => {
    for (const service of services) await service.stop()
    await broker.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const run = async (name: string, ...args: string[]) => {
    const at = ['--broker', broker.url, '--keys', broker.keys]
    const onRestart = () => log.error({ name }, 'ended by itself')
    const service = await supervise({ name, args: [name, 'run', ...at, ...args], logs, onRestart })
    services.push(service)
    return service.ready
  }
  try {
    const admin = await connect()
    const all = plates('displays', displays).map((plate, n) => {
      const display = benchDisplay(plate, n)
      const subject = `$KV.${DISPLAYS}.${display.id}`
      return { subject, payload: JSON.stringify(display), msgID: display.id }
    })
    await publishAll(admin, all, { user: 'admin' })
    await admin.close()
    await run('matcher')
    const api = await run('api', '--port', '0', '--data', join(folder, 'api'), '--dev-token')
    const token = (await readFile(String(api.tokenPath), 'utf8')).trim()
    const pids = () => ({ broker: broker.pid, ...Object.fromEntries(services.map((s) => [s.name, s.pid()])) })
    return { connect, api: String(api.url), token, pids, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
