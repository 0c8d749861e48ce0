import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** `open`: bytes pass; `cut`: connections are reset, and new ones too; `stalled`: connections stay, and no byte passes. */
export type GateState = 'open' | 'cut' | 'stalled'

/** A place on the way to the broker where the network can fail. */
export interface Gate {
  /** Where to connect to. */
  readonly port: number
  set(state: GateState): void
  close(): Promise<void>
}

/** Opens a gate on loopback to a port of this machine. */
export async function openGate(to: number): Promise<Gate> {
  let state: GateState = 'open'
  const sockets = new Set<Socket>()
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket)
    socket.setNoDelay()
    // The other end of the connection says what happened; here it only ends.
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      if (!other.write(bytes)) socket.pause()
    })
    other.on('drain', () => {
      if (state === 'open') socket.resume()
    })
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroy()
    })
    if (state === 'stalled') socket.pause()
  }
  const server = createServer((inner) => {
    if (state === 'cut') {
      inner.resetAndDestroy()
      return
    }
    const outer = connect(to, '127.0.0.1')
    keep(inner, outer)
    keep(outer, inner)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    set(next) {
      state = next
      for (const socket of sockets) {
        if (next === 'cut') socket.resetAndDestroy()
        else if (next === 'stalled') socket.pause()
        else socket.resume()
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
