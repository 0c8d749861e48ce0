import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker } from '@sightline/broker/declare'
import { findServer } from '@sightline/broker/find-server'
import { freePort } from '@sightline/broker/free-port'
import { ensureKeys } from '@sightline/broker/keys'
import { serverConfig } from '@sightline/broker/server-config'
import { brokerUsers } from '@sightline/broker/users'
import { command } from '@sightline/cli/commands/broker'
import { startPublisher } from '@sightline/edge-agent/publisher/publisher'
import { EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { aRead, gate } from '../support/reads.ts'

/** Real nats-servers with certificates that openssl makes here. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let keys: string
const ends: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  folder = await temporaryFolder()
  keys = join(folder.path, 'keys')
  for (const name of ['ours', 'theirs']) makeAuthority(name)
})
afterAll(async () => {
  for (const end of ends) await end()
  await folder.remove()
})

const at = (name: string) => join(folder.path, name)
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

function makeAuthority(name: string): void {
  const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)]
  openssl('req', '-x509', ...NEW_KEY, ...files, '-days', '2', '-subj', `/CN=${name}`)
}

/** A certificate that `ours` issues for a name, e.g. `IP:127.0.0.1`. */
async function makeCertificate(name: string, forWhom: string): Promise<{ cert: string; key: string }> {
  const [cert, key] = [at(`${name}.crt`), at(`${name}.key`)]
  await writeFile(at(`${name}.ext`), `subjectAltName=${forWhom}\n`)
  openssl('req', ...NEW_KEY, '-keyout', key, '-out', at(`${name}.csr`), '-subj', `/CN=${name}`)
  const authority = ['-CA', at('ours.pem'), '-CAkey', at('ours.key'), '-CAcreateserial']
  const request = ['-in', at(`${name}.csr`), '-extfile', at(`${name}.ext`), '-out', cert]
  openssl('x509', '-req', ...authority, ...request, '-days', '2')
  return { cert, key }
}

/** Starts a server. @returns its host and port */
async function startServer(name: string, tls?: { cert: string; key: string }): Promise<string> {
  const users = brokerUsers({ vendors: [], edges: { edge: [gate.id] } })
  const publicKeys = await ensureKeys(
    keys,
    users.map((user) => user.name),
  )
  const port = await freePort()
  const settings = { host: '127.0.0.1', port, storeDir: at(`${name}-store`), users, publicKeys }
  await mkdir(folder.path, { recursive: true })
  await writeFile(at(`${name}.json`), serverConfig({ ...settings, ...(tls ? { tls } : {}) }))
  const child = spawn((await findServer()).path, ['-c', at(`${name}.json`)], { stdio: 'ignore' })
  ends.push(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  return `127.0.0.1:${port}`
}

const connect = (servers: string | string[], ca?: string, patience = 5_000) =>
  connectBroker({ servers, keys, user: 'admin', ca }, quiet, patience)

describe('a broker with a certificate', () => {
  let address: string
  beforeAll(async () => {
    address = await startServer('right', await makeCertificate('right', 'IP:127.0.0.1'))
    const admin = await connect(`tls://${address}`, at('ours.pem'))
    await declareBroker(admin, EMBEDDED_SIZE)
    await admin.close()
  })

  test('accepts the reads of an agent over TLS', async () => {
    const publisher = await startPublisher({
      ...{ servers: `tls://${address}`, keys, user: 'edge', ca: at('ours.pem') },
      ...{ spool: at('spool'), spoolBytes: 1e8, log: quiet },
    })
    const read = aRead()
    const payload = Buffer.from(JSON.stringify(read))
    await publisher.spools.reads.append({ camera: gate.id, id: read.id, payload })
    await publisher.drained(AbortSignal.timeout(5_000))
    expect(publisher.spools.reads.stats().entries).toBe(0)
    // It was made for two days.
    expect(publisher.troubles()).toMatchObject([{ code: 'CERTIFICATE_ENDING' }])
    await publisher.close()
  })

  test('is reached by any of its addresses, and not without TLS', async () => {
    const connection = await connect([`tls://nobody.invalid:1`, `tls://${address}`], at('ours.pem'))
    expect(connection.info?.tls_required).toBe(true)
    await connection.close()
  })

  test.each([
    ['no authority that vouches for it', undefined],
    ['another authority', 'theirs.pem'],
  ])('is not trusted with %s', async (_what, ca) => {
    await expect(connect(`tls://${address}`, ca && at(ca), 300)).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('is not trusted'),
      hint: expect.stringContaining('--ca'),
    })
  })

  test('is not contacted when the file of the authority is missing', async () => {
    await expect(connect(`tls://${address}`, at('none.pem'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('none.pem'),
    })
  })
})

test('a broker with the certificate of somebody else is not trusted', async () => {
  const address = await startServer('wrong', await makeCertificate('wrong', 'DNS:localhost,IP:192.0.2.1'))
  await expect(connect(`tls://${address}`, at('ours.pem'), 1_500)).rejects.toMatchObject({
    message: expect.stringContaining('is not trusted'),
  })
  const named = address.replace('127.0.0.1', 'localhost')
  await (await connect(`tls://${named}`, at('ours.pem'))).close()
})

test('the nodes of a cluster get their certificate together with its key, or not at all', async () => {
  const { cert, key } = await makeCertificate('node', 'DNS:nats-1')
  const init = (...more: string[]) =>
    command().parseAsync(['init', '--out', at('cluster'), '--config', at('cluster/nodes'), ...more], {
      from: 'user',
    })
  await init('--no-sync-always', '--tls-cert', cert, '--tls-key', key)
  execFileSync((await findServer()).path, ['-t', '-c', at('cluster/nodes/nats-1.json')], { stdio: 'pipe' })
  const written = JSON.parse(await readFile(at('cluster/nodes/nats-1.json'), 'utf8'))
  expect(written.tls).toEqual({ cert_file: cert, key_file: key })
  await expect(init('--tls-cert', cert)).rejects.toMatchObject({ code: 'USAGE' })
})

test('a broker without TLS is not contacted in the clear when TLS is required', async () => {
  const address = await startServer('plain')
  await (await connect(`nats://${address}`)).close()
  for (const ca of [undefined, at('ours.pem')]) {
    await expect(connect(`tls://${address}`, ca, 300)).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('is not trusted'),
    })
  }
  await expect(connect(`nats://${address}`, at('ours.pem'), 300)).rejects.toThrow('is not trusted')
})
