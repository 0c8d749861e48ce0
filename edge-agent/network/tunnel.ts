import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import type { SightlineError } from '@sightline/schemas/errors'
import { causeOf } from './cause.ts'
import { connectTo } from './connect.ts'
import type { Trust } from './trust.ts'

/** A port of this host, for its own programs, that leads to the camera: TLS is spoken and checked here. */
export interface Tunnel {
  readonly port: number
  /** Why the camera could not be reached; undefined if it could. */
  trouble(): SightlineError | undefined
  close(): void
}

const CONNECT_MS = 10_000
/** Default port of `rtsps` in RFC 7826 and all cameras. */
const RTSPS_PORT = 322

/**
 * Every user of this host can connect to the port while it is open, but gets no more than from the camera itself, which
 * still asks for the password.
 * @param address `rtsps://…`
 */
export async function openTunnel(address: string, trust: Trust): Promise<Tunnel> {
  const { hostname, port } = new URL(address)
  const place = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || RTSPS_PORT), tls: true }
  const open = new Set<Socket>()
  const closing = new AbortController()
  let trouble: SightlineError | undefined

  const server = createServer(async (near) => {
    open.add(near)
    near.on('error', () => {}).once('close', () => open.delete(near))
    try {
      const far = await connectTo(
        place,
        trust,
        AbortSignal.any([closing.signal, AbortSignal.timeout(CONNECT_MS)]),
      )
      // When either end closes, close the other.
      pipeline(near, far, near, () => {})
    } catch (thrown) {
      if (!closing.signal.aborted) trouble = causeOf(thrown, address)
      near.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    trouble: () => trouble,
    close() {
      closing.abort()
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
