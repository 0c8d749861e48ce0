import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, isIP } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Podman } from './podman.ts'
import type { Project } from './project.ts'

/** The user of our images. */
export const OWNER = 1000

/** A port of this machine that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A TLS proxy: the agency's in front of the api, a vendor's in front of its search. */
export interface Proxy {
  readonly port: number
  /** The authority that signed its certificate, PEM. */
  readonly certificate: string
  close(): Promise<void>
}

/**
 * Starts one at an address of this machine that containers reach.
 * @param name of the host or its address, for the certificate
 * @param to where the service is published on loopback
 */
export async function startProxy(
  folder: string,
  { name, port, to }: { name: string; port: number; to: number },
): Promise<Proxy> {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${isIP(name) ? 'IP' : 'DNS'}:${name}`]
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
  const server = createTls({ cert: readFileSync(certificate), key: readFileSync(key) }, (inner, answer) => {
    const from = { 'x-forwarded-for': inner.socket.remoteAddress ?? '', 'x-forwarded-proto': 'https' }
    const headers = { ...inner.headers, ...from }
    const outer = request(
      { host: '127.0.0.1', port: to, path: inner.url, method: inner.method, headers },
      (said) => {
        answer.writeHead(said.statusCode ?? 502, said.headers)
        said.pipe(answer)
      },
    )
    outer.on('error', () => answer.writeHead(502).end())
    inner.pipe(outer)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '0.0.0.0', resolve))
  return {
    port,
    certificate,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A camera host with the edge agent's own image: its key is made there, and it knows the api's address and a code. */
export interface CameraHost {
  readonly container: string
  readonly cameras: readonly { id: string; url: string }[]
  start(image: string): Promise<void>
  replace(image: string): Promise<void>
}

export interface CameraHostOptions {
  readonly podman: Podman
  readonly project: Project
  readonly folder: string
  readonly name: string
  readonly prefix: string
  readonly api: string
  readonly certificate: string
  readonly port: number
}

const PLACE = { lat: 32.7096, lon: -117.1712 }

/** @returns a host whose plate readers send what they read to a port of this machine; it is enrolled before it starts */
export function cameraHost(options: CameraHostOptions & { ids: readonly string[]; secret: string }) {
  const { podman, project, folder, name, prefix, api, certificate, port, ids, secret } = options
  const container = `${prefix}-${name}`
  const file = join(folder, `${name}.json`)
  // The readers are in the host's own network, which is this machine.
  const listen = { host: '0.0.0.0', port: 7800, allowPlain: true }
  const source = { type: 'events', make: 'plate-recognizer', listen, secret }
  const owner = { owner: 'Harbor Parking LLC', ownerType: 'private-business' }
  const cameras = ids.map((id) => ({ id, ...owner, kind: 'fixed', position: PLACE, source }))
  writeFileSync(file, JSON.stringify({ cameras }), { mode: 0o600 })
  chownSync(file, OWNER, OWNER)
  const gateway = project.gatewayOf('broker')
  const common = [
    ...['--label', `project=${prefix}`, '--network', `${prefix}_broker`],
    ...['--read-only', '--read-only-tmpfs=false', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges', '--add-host', `${new URL(api).hostname}:${gateway}`],
    ...['--volume', `${prefix}_${name}:/data`, '--volume', `${certificate}:/etc/proxy.pem:ro`],
    ...['--env', 'NODE_EXTRA_CA_CERTS=/etc/proxy.pem'],
  ]
  const start = async (image: string) => {
    const place = ['--volume', `${file}:/etc/sightline/edge.yaml:ro`, '--publish', `127.0.0.1:${port}:7800`]
    await podman(
      'run',
      ...['--detach', '--restart', 'unless-stopped', '--name', container],
      ...common,
      ...place,
      image,
    )
    await healthy()
  }
  /** @throws with the end of its log, when its agent does not report health in time */
  async function healthy(): Promise<void> {
    const words = `fetch('http://127.0.0.1:9090/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))`
    const end = performance.now() + 60_000
    while ((await podman.look('exec', container, 'node', '-e', words)).status !== 0) {
      if (performance.now() > end)
        throw new Error((await podman.look('logs', '--tail', '5', container)).output)
      await pause(500)
    }
  }
  return {
    healthy,
    container,
    cameras: ids.map((id) => ({ id, url: `http://127.0.0.1:${port}/events/${id}/${secret}` })),
    async enroll(image: string, code: string) {
      const words = ['edge', 'enroll', '--api', api, '--code', code, '--state', '/data', '--json']
      return await podman('run', '--rm', ...common, image, ...words)
    },
    start,
    async replace(image: string) {
      await podman('stop', '--time', '30', container)
      await podman('rm', container)
      await start(image)
    },
  }
}
