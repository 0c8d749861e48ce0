import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import type { SightlineError } from '@sightline/schemas/errors'
import { causeOf } from './cause.ts'
import { connectTo } from './connect.ts'
import type { Trust } from './trust.ts'

/** A port of this host, for its own programs, behind which the camera is: TLS is spoken, and looked at, here. */
export interface Tunnel {
  readonly port: number
  /** Why the camera could not be reached, if it could not. */
  trouble(): SightlineError | undefined
  close(): void
}

const CONNECT_MS = 10_000
/** `rtsps` has this one; RFC 7826 and all cameras. */
const RTSPS_PORT = 322

/**
 * Whoever may use this host can connect to the port while it is open, and gets no more than from the camera itself: it asks
 * for the password as ever.
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
      // Either end that ends ends the other.
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
