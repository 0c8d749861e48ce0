import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBroker } from '../../broker/connect.ts'
import { startEmbeddedBroker } from '../../broker/embedded.ts'
import { type Service, supervise } from '../../cli/demo/supervise.ts'
import { createLog } from '../../runtime/log.ts'
import { signedOnAnalysts } from './analysts.ts'
import { startVendor, VENDOR } from './vendor.ts'

const log = createLog('bench', 'silent')

/** Broker and api as they are installed, each a process of its own, a vendor, and analysts who are signed on. */
export async function startStack({ analysts, rows }: { analysts: number; rows: number }) {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const broker = await startEmbeddedBroker({ vendors: [], edges: {}, dataDir: join(folder, 'broker'), log })
  const vendor = await startVendor(rows)
  let api: Service | undefined
  const stop = async () => {
    await api?.stop()
    await vendor.close()
    await broker.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const logs = join(folder, 'logs')
    await mkdir(logs)
    await writeFile(join(folder, 'token'), 'token-of-the-agency\n')
    const vendors = join(folder, 'vendors.json')
    const entry = { id: VENDOR, url: vendor.url, credentialsFile: 'token' }
    await writeFile(vendors, JSON.stringify({ vendors: [entry] }))
    const where = ['--broker', broker.url, '--keys', broker.keys, '--data', join(folder, 'api')]
    const limits = ['--rate-limit', '1000000000', '--person-rate-limit', '1000000000']
    const args = ['api', 'run', ...where, '--port', '0', '--vendors', vendors, ...limits]
    api = await supervise({ name: 'api', args, logs, onRestart: () => log.error('the api ended by itself') })
    const admin = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, log)
    const cookies = await signedOnAnalysts(admin, analysts, [VENDOR])
    await admin.close()
    const pids = { broker: broker.pid, api: api.pid() }
    return { url: String(api.ready.url), vendorUrl: vendor.url, cookies, pids, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
